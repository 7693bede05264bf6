//! The ground floor, pure: ids, names, roles and credits, confidence, dates.
