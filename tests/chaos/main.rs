//! A crawl is disturbed: something is killed, cut off or fails. In the end the catalogue is the true one.

mod calls;
mod fault;
mod hostile;
mod lying_redis;
mod one_fault;
mod outage;
mod overload;
mod second_host;
mod seeded;
mod small_disk;
mod upgrade;
