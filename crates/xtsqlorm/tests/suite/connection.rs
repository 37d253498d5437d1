//! Pools: what they tell, what they refuse, and how they get through bad days.

mod dates;
mod defaults;
mod disposal;
mod exhaustion;
mod failures;
mod load;
mod outages;
mod parameters;
mod registry;
mod replicas;
mod secrets;
mod status;
