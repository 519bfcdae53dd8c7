//! The `etalon` command.

/// Definitions become many small trees, which this allocator makes in four fifths of the time of the system's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// For the deepest trees the parser lets through in the longest chains of definitions; only what is touched is ever used.
const STACK: usize = 512 << 20;

fn main() -> std::process::ExitCode {
    // The pool is made once; should it exist already it serves as it is.
    let _ = rayon::ThreadPoolBuilder::new().stack_size(STACK).build_global();
    let run = std::thread::Builder::new().stack_size(STACK).spawn(etalon::cli::main);
    match run.map(std::thread::JoinHandle::join) {
        Ok(Ok(code)) => code,
        // A panic has said what it is; a thread that cannot be started leaves nothing to say it with.
        _ => std::process::ExitCode::from(2),
    }
}
