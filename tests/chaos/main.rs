//! A crawl is disturbed: something is killed, cut off or fails. In the end the catalogue is the true one.

mod fault;
mod hostile;
mod one_fault;
mod outage;
mod seeded;
