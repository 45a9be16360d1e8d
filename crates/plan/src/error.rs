//! What can be wrong with the files that are read.

/// An instance that cannot be planned, and why.
#[derive(Debug, thiserror::Error)]
pub enum InstanceError {
    #[error("the instance is no instance of the competition's format: {0}")]
    Syntax(#[source] serde_json::Error),
    #[error("{what} {id} is named twice")]
    Twice { what: &'static str, id: String },
    #[error("{owner} names {what} {id}, which the instance does not have")]
    Unknown { owner: String, what: &'static str, id: String },
    #[error("{owner}: {rule}")]
    Rule { owner: String, rule: String },
    #[error("patient {patient} must be admitted but cannot be: {why}")]
    Impossible { patient: String, why: String },
}

/// A solution file that does not speak of its instance.
#[derive(Debug, thiserror::Error)]
pub enum SolutionError {
    #[error("the solution is no solution of the competition's format: {0}")]
    Syntax(#[source] serde_json::Error),
    #[error("the solution names {what} {id}, which the instance does not have")]
    Unknown { what: &'static str, id: String },
    #[error("{owner}: {rule}")]
    Rule { owner: String, rule: String },
}
