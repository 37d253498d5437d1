//! Parts of a result: pages by number, slices, and windows.

mod depth;
mod offset;
mod rows;
mod traps;
mod walks;
mod windows;
mod writers;
