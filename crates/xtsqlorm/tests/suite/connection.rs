//! Pools: what they tell, what they refuse, and how they get through bad days.

mod defaults;
mod disposal;
mod exhaustion;
mod failures;
mod load;
mod outages;
mod registry;
mod secrets;
mod status;
