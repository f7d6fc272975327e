//! The `brevduva` program: parses the command line and calls the library.

fn main() -> std::process::ExitCode {
    brevduva::cli::main()
}
