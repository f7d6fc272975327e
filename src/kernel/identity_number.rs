//! Swedish and Norwegian identity numbers.
