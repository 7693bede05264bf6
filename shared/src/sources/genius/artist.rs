//! Artists: people, under the name that Genius shows.
