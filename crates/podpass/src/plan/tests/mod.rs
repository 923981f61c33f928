//! Planning: what stands on the screen, what stands in the way, and the laws.

mod laws;
mod missing;
mod removal;
mod screen;
