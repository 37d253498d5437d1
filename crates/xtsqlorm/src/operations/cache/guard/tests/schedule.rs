//! Runs tasks in every order of their steps.

/// What a step of a task came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Done,
    /// It was the last one.
    Over,
    /// It has to wait for another task, and nothing happened.
    Blocked,
}

/// What takes its steps in turn with others.
pub(super) trait Task<W> {
    /// Takes a step, or says what went wrong.
    fn step(&mut self, world: &mut W) -> Result<Step, String>;
}

/// A point at which one of several tasks goes on.
struct Choice {
    chosen: usize,
    all: usize,
    /// How many of them turned out to have to wait.
    blocked: usize,
}

/// Runs what `begin` makes in every order of steps, and `check` at the end of each.
///
/// Each order is run from its beginning, so that worlds need not be copied. Returns how many there
/// were, or the first that went wrong. An order in which a task is asked that has to wait is the
/// same as one in which it is not, and is not followed.
pub(super) fn explore<W, T: Task<W>>(
    begin: impl Fn() -> (W, Vec<T>),
    check: impl Fn(&mut W) -> Result<(), String>,
) -> Result<u64, String> {
    let mut path: Vec<Choice> = Vec::new();
    let mut schedules = 0;
    loop {
        let (mut world, tasks) = begin();
        let mut open: Vec<(usize, T)> = tasks.into_iter().enumerate().collect();
        let mut order = Vec::new();
        let mut goes_on = true;
        while goes_on && !open.is_empty() {
            if order.len() == path.len() {
                path.push(Choice {
                    chosen: 0,
                    all: open.len(),
                    blocked: 0,
                });
            }
            let choice = &mut path[order.len()];
            let (number, task) = &mut open[choice.chosen];
            order.push(*number);
            let step = task.step(&mut world);
            match step.map_err(|problem| format!("{problem} in the order {order:?}"))? {
                Step::Done => {}
                Step::Over => drop(open.remove(choice.chosen)),
                Step::Blocked => {
                    choice.blocked += 1;
                    if choice.blocked == choice.all {
                        return Err(format!("all wait for each other after {order:?}"));
                    }
                    goes_on = false;
                }
            }
        }
        if goes_on {
            check(&mut world).map_err(|problem| format!("{problem} after the order {order:?}"))?;
            schedules += 1;
        }
        path.truncate(order.len());
        while path.last().is_some_and(|last| last.chosen + 1 == last.all) {
            path.pop();
        }
        match path.last_mut() {
            Some(last) => last.chosen += 1,
            None => return Ok(schedules),
        }
    }
}
