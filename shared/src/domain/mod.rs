//! The ground floor, pure: ids, names, titles, roles and credits, confidence, matching.

pub mod artist_choice;
pub mod confidence;
pub mod credits;
pub mod email;
pub mod ids;
pub mod instagram;
pub mod matching;
pub mod names;
pub mod release_choice;
pub mod retry_after;
pub mod roles;
pub mod song_choice;
pub mod special_artists;
pub mod titles;
pub mod word_list;
