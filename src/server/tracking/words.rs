//! Options and ways in the words of the program.

use crate::app::pages::tracking::parts::Way as Shown;
use ce_domain::program::{Level, Program, RenewalOption};
use ce_domain::recert::{Exams, Way};
use ce_domain::text::{capitalised, thousands};

/// `1 core exam and 1 concentration exam`. With `many`, always in the plural, as the guide's tracker prints it beside
/// credits.
pub fn exams(program: &Program, exams: &[Exams], many: bool) -> String {
    let each = exams.iter().map(|exam| {
        if many {
            // What stands after the number is the same for two as for one, but for being in the plural.
            let two = program.exams(2, &exam.of);
            let name = two.split_once(' ').map_or("", |(_, name)| name).to_owned();
            format!("{} {name}", exam.count)
        } else {
            program.exams(exam.count, &exam.of)
        }
    });
    each.collect::<Vec<_>>().join(" and ")
}

/// What an option of the program file takes.
pub fn option_of_program(program: &Program, option: &RenewalOption) -> String {
    let exams = option.exams.iter().map(|need| program.exams(need.count, &need.of)).collect::<Vec<_>>().join(" and ");
    match (option.credits, exams.is_empty()) {
        (0, _) => exams,
        (credits, true) => program.credits(i64::from(credits)),
        (credits, false) => format!("{} and {exams}", program.credits(i64::from(credits))),
    }
}

/// `72 CE credits`.
pub fn credits_label(program: &Program, credits: i64) -> String {
    let word = if credits == 1 { &program.credit_word } else { &program.credits_word };
    format!("{} {} {word}", thousands(credits), program.abbreviation)
}

/// With a capital letter after the number: `1 Core exam`.
fn headed(text: &str) -> String {
    match text.split_once(' ') {
        Some((number, name)) => format!("{number} {}", capitalised(name)),
        None => text.to_owned(),
    }
}

/// The ways that are still open, as they are listed. `usable` credits are there already; `as_guide` prints exams beside
/// credits as the guide's tracker does.
pub fn ways(program: &Program, level: Option<&Level>, open: &[Way], usable: i64, as_guide: bool) -> Vec<Shown> {
    open.iter().map(|way| shown(program, level, way, usable, as_guide)).collect()
}

fn shown(program: &Program, level: Option<&Level>, way: &Way, usable: i64, as_guide: bool) -> Shown {
    let both = way.credits > 0 && !way.exams.is_empty();
    let exams_words = headed(&exams(program, &way.exams, both && as_guide));
    let title = match (way.credits, way.exams.is_empty()) {
        (0, _) => exams_words,
        (credits, true) => credits_label(program, credits),
        (credits, false) => format!("{exams_words} & {}", credits_label(program, credits)),
    };
    let note = way.exams.iter().filter_map(|exam| program.exam_group(&exam.of)).map(|group| group.note.as_str());
    let mut words = meaning(program, level, way, usable);
    for note in note.filter(|note| !note.is_empty()) {
        words.push(' ');
        words.push_str(note);
    }
    Shown { title, words, training: way.credits > 0 }
}

/// What a way means beside the credits that are there already.
fn meaning(program: &Program, level: Option<&Level>, way: &Way, usable: i64) -> String {
    let option = level.and_then(|level| level.options.iter().find(|option| leads_to(option, way, usable)));
    match option {
        Some(option) if option.credits == 0 => {
            if usable > 0 {
                format!("By exam alone. Your {} stay.", program.credits_word)
            } else {
                "By exam alone.".to_owned()
            }
        }
        Some(option) if way.credits == 0 => {
            format!("With {} of your {}.", thousands(i64::from(option.credits)), program.credits(usable))
        }
        Some(option) if way.exams.is_empty() => {
            format!("Makes {}. No exam.", program.credits(i64::from(option.credits)))
        }
        Some(option) => format!("Makes {} with it.", program.credits(i64::from(option.credits))),
        None => String::new(),
    }
}

/// Whether what is missing of an option is this way.
fn leads_to(option: &RenewalOption, way: &Way, usable: i64) -> bool {
    let missing = (i64::from(option.credits) - usable).max(0);
    let asked: u32 = option.exams.iter().map(|need| need.count).sum();
    let open: u32 = way.exams.iter().map(|exam| exam.count).sum();
    let kinds = way.exams.iter().all(|exam| option.exams.iter().any(|need| *need.of == *exam.of));
    missing == way.credits && kinds && open <= asked && (open > 0) == (asked > 0)
}

/// Why credits are applied as they are.
pub fn why(program: &Program) -> String {
    let years = program.claim.credit_validity_years;
    format!(
        "{} are applied to the highest level you hold that they can renew. The oldest go first, so that none runs out unused, \
         and what an option does not need stays yours. They can be used from the day the training was completed until \
         {years} years later. When they complete a way, it renews on that day; when more are left than needed, they wait for \
         the last day on which they can help.",
        capitalised(&program.credits_word)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_gets_its_capital_after_the_number() {
        assert_eq!(headed("1 core exam"), "1 Core exam");
        assert_eq!(headed("2 CCDE written exams"), "2 CCDE written exams");
    }
}
