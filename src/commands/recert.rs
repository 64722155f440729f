//! `ce-portal recert`: asks the rules about a record, without a database.

use ce_domain::recert::Rules;
use ce_domain::recert::case::{Case, answer};
use ce_portal::server::start;
use clap::Args;
use std::io::{BufRead, BufWriter, Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// What a record is asked.
#[derive(Args)]
pub struct RecertArgs {
    /// A case a line; an outcome, or a refusal, a line
    #[arg(long, conflicts_with = "explain")]
    jsonl: bool,
    /// Say for a person what happened, and why
    #[arg(long)]
    explain: bool,
}

/// Reads cases from standard input and writes what they come to. A record that is refused ends with status 2.
///
/// # Errors
/// What is wrong with the program file, or with reading and writing.
pub fn run(args: &RecertArgs, program: Option<PathBuf>) -> Result<ExitCode, String> {
    let (program, _) = start::program(program.as_deref())?;
    let rules = Rules::of(&program);
    let io = |error: std::io::Error| format!("standard input or output failed: {error}");
    let mut out = BufWriter::new(std::io::stdout().lock());
    if args.jsonl {
        for line in std::io::stdin().lock().lines() {
            let line = line.map_err(io)?;
            if !line.trim().is_empty() {
                writeln!(out, "{}", answer(&rules, &line)).map_err(io)?;
            }
        }
        out.flush().map_err(io)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut text = String::new();
    std::io::stdin().lock().read_to_string(&mut text).map_err(io)?;
    let case = Case::read(&rules, &text).and_then(|case| case.outcome().map(|outcome| (case, outcome)));
    let (text, code) = match case {
        Ok((_, outcome)) => (serde_json::to_string_pretty(&outcome), ExitCode::SUCCESS),
        Err(refusal) => (serde_json::to_string(&refusal), ExitCode::from(2)),
    };
    writeln!(out, "{}", text.map_err(|error| error.to_string())?).map_err(io)?;
    out.flush().map_err(io)?;
    Ok(code)
}
