//! The `brevduva` program: parses the command line and calls the library.

/// Imports and sending make many small allocations on several threads, which glibc's allocator takes a tenth of
/// their time for.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    brevduva::cli::main()
}
