//! enchufe
pub mod clock;
pub mod journal;
pub mod keyboard;
pub mod net;
pub mod options;
pub mod protocol;
pub mod repr;
pub mod sys;
pub mod text;
