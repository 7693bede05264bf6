//! What is asked, and what is read from the answers.
