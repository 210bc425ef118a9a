//! The binary: arguments, run, exit status.

#![forbid(unsafe_code)]

use std::process::ExitCode;

use portolan::cli::Cli;
use portolan::run::{Outcome, run};

fn main() -> ExitCode {
    match run(Cli::read()) {
        Ok(Outcome::Fine) => ExitCode::SUCCESS,
        Ok(Outcome::Found) => ExitCode::from(1),
        Ok(Outcome::Incomplete) => ExitCode::from(2),
        Err(error) => {
            portolan::tell(&format!("error: {error:#}\n"));
            ExitCode::from(2)
        }
    }
}
