use std::path::PathBuf;

/// Something about the world, not about the user's definitions, that kept a command from running. Exit code 2.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error("cannot read `{}`: {source}", path.display())]
    Read { path: PathBuf, source: std::io::Error },
    #[error("cannot write `{}`: {source}", path.display())]
    Write { path: PathBuf, source: std::io::Error },
    /// A fact, and what to do about it.
    #[error("{fact}")]
    Other { fact: String, help: String },
}

impl Failure {
    pub fn other(fact: impl Into<String>, help: impl Into<String>) -> Self {
        Failure::Other { fact: fact.into(), help: help.into() }
    }

    /// What to do about it, where there is something to say.
    pub fn help(&self) -> Option<&str> {
        match self {
            Failure::Other { help, .. } if !help.is_empty() => Some(help),
            _ => None,
        }
    }
}
