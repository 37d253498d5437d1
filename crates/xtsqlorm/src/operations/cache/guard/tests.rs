//! Every order in which a few readers and writers can take their steps.

mod schedule;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::FutureExt;

use self::schedule::{Step, explore};
use super::*;
use crate::operations::cache::{flight::Landing, store::Bounds};

/// One row of a database, and the memory in front of it.
struct World {
    /// The version that is committed; `None` before the row is created.
    committed: Option<u32>,
    guard: Arc<Guard<u32>>,
    now: Instant,
    protocol: Protocol,
}

/// How a writer tells the memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Protocol {
    /// Before others can see the change, and after its outcome is known.
    Around,
    /// What is usual, and wrong.
    Before,
    After,
    BeforeAndAfter,
}

#[derive(Clone, Copy)]
enum Write {
    Commit(Kind),
    Rollback,
    /// The connection breaks, and the server commits a moment later.
    Lost,
    /// The connection breaks, and nothing happens.
    LostForGood,
}

/// How precisely a writer says what it changes.
#[derive(Clone, Copy)]
enum Kind {
    Row,
    Table,
    NewRow,
}

impl World {
    fn new(protocol: Protocol, committed: Option<u32>) -> Self {
        let counters = Arc::new(Counters::default());
        let bounds = Bounds {
            entries: 100,
            size: None,
            time_to_live: None,
            time_to_idle: None,
        };
        let store = Store::new(bounds, Arc::clone(&counters));
        Self {
            committed,
            guard: Guard::new(store, counters, true),
            now: Instant::now(),
            protocol,
        }
    }

    fn look(&self) -> Found<u32> {
        self.guard.look(&key(), self.now)
    }

    fn tell(&self, effect: &Effect, outcome: Outcome) {
        self.guard.begin(effect);
        self.guard.end(effect, outcome, self.now);
    }
}

fn key() -> CacheKey {
    CacheKey {
        slot: "1,".into(),
        spelling: String::new(),
    }
}

fn effect(kind: Kind) -> Effect {
    let mut effect = Effect::default();
    match kind {
        Kind::Row => effect.rows.extend([key().slot]),
        Kind::Table => effect.everything = true,
        Kind::NewRow => effect.appearing = true,
    }
    effect
}

/// A task: where it stands, and what it does next.
enum Task {
    Reader(Reader),
    Writer { write: Write, step: u8 },
}

struct Reader {
    /// Reads that are still to be done.
    reads: u8,
    /// Drops its load instead of ending it.
    cancelled: bool,
    floor: Option<u32>,
    at: At,
}

enum At {
    Start,
    Reading(Option<Load<u32>>),
    Ending(Option<Load<u32>>, Option<u32>),
    Waiting(Flight<u32>),
}

fn reader(reads: u8) -> Task {
    Task::Reader(Reader {
        reads,
        cancelled: false,
        floor: None,
        at: At::Start,
    })
}

fn cancelled() -> Task {
    Task::Reader(Reader {
        reads: 1,
        cancelled: true,
        floor: None,
        at: At::Start,
    })
}

fn writer(write: Write) -> Task {
    Task::Writer { write, step: 0 }
}

impl schedule::Task<World> for Task {
    fn step(&mut self, world: &mut World) -> Result<Step, String> {
        match self {
            Self::Reader(reader) => reader.step(world),
            Self::Writer { write, step } => {
                *step += 1;
                Ok(write_step(*write, *step, world))
            }
        }
    }
}

impl Reader {
    fn step(&mut self, world: &mut World) -> Result<Step, String> {
        match std::mem::replace(&mut self.at, At::Start) {
            At::Start => {
                self.floor = world.committed;
                self.look(world)
            }
            At::Reading(load) => {
                self.at = At::Ending(load, world.committed);
                Ok(Step::Done)
            }
            At::Ending(load, read) => {
                if self.cancelled {
                    return Ok(Step::Over);
                }
                if let Some(load) = load {
                    world.guard.settle(load, read.map(Arc::new), Some(0));
                }
                self.got(read)
            }
            At::Waiting(flight) => match flight.clone().landing().now_or_never() {
                None => {
                    self.at = At::Waiting(flight);
                    Ok(Step::Blocked)
                }
                Some(Landing::Read(row)) => self.got(row.as_deref().copied()),
                Some(Landing::Uncertain) => {
                    self.at = At::Reading(None);
                    Ok(Step::Done)
                }
                Some(Landing::Abandoned) => self.look(world),
            },
        }
    }

    fn look(&mut self, world: &World) -> Result<Step, String> {
        self.at = match world.look() {
            Found::Row(row) => return self.got(row.as_deref().copied()),
            Found::Flight(flight) => At::Waiting(flight),
            Found::Load(load) => At::Reading(Some(load)),
            Found::Alone => At::Reading(None),
        };
        Ok(Step::Done)
    }

    /// What was read must not be older than what was committed when the read began.
    fn got(&mut self, read: Option<u32>) -> Result<Step, String> {
        if read < self.floor {
            return Err(format!("read {read:?} after {:?}", self.floor));
        }
        self.reads -= 1;
        Ok(match self.reads {
            0 => Step::Over,
            _ => Step::Done,
        })
    }
}

fn write_step(write: Write, step: u8, world: &mut World) -> Step {
    let kind = match write {
        Write::Commit(kind) => kind,
        _ => Kind::Row,
    };
    let effect = effect(kind);
    let around = world.protocol == Protocol::Around;
    let (outcome, late) = match write {
        Write::Commit(_) => (Outcome::Visible, false),
        Write::Rollback => (Outcome::Undone, false),
        Write::Lost => (Outcome::Unknown, true),
        Write::LostForGood => (Outcome::Unknown, false),
    };
    let commits = matches!(write, Write::Commit(_) | Write::Lost);
    match step {
        1 if around => world.guard.begin(&effect),
        1 if world.protocol != Protocol::After => world.tell(&effect, Outcome::Visible),
        2 if commits && !late => world.committed = Some(world.committed.unwrap_or(0) + 1),
        3 if around => world.guard.end(&effect, outcome, world.now),
        3 if world.protocol != Protocol::Before => world.tell(&effect, Outcome::Visible),
        4 if late => world.committed = Some(world.committed.unwrap_or(0) + 1),
        _ => {}
    }
    if step == if late { 4 } else { 3 } {
        Step::Over
    } else {
        Step::Done
    }
}

/// Which version of the row is there when a program begins, and the program.
type Program = (Option<u32>, fn() -> Vec<Task>);

fn programs() -> Vec<Program> {
    use Write::{Commit, Lost, LostForGood, Rollback};
    vec![
        (Some(1), || {
            vec![reader(2), reader(1), writer(Commit(Kind::Row))]
        }),
        (Some(1), || vec![reader(2), writer(Commit(Kind::Table))]),
        (Some(1), || {
            vec![reader(1), reader(1), writer(Commit(Kind::Table))]
        }),
        (Some(1), || {
            vec![cancelled(), reader(1), writer(Commit(Kind::Row))]
        }),
        (Some(1), || vec![cancelled(), cancelled(), reader(1)]),
        (Some(1), || {
            vec![reader(1), writer(Commit(Kind::Row)), writer(Rollback)]
        }),
        (Some(1), || {
            vec![
                reader(1),
                writer(Commit(Kind::Row)),
                writer(Commit(Kind::Table)),
            ]
        }),
        (Some(1), || vec![reader(1), reader(1), writer(Lost)]),
        (Some(1), || vec![reader(2), writer(Lost)]),
        (Some(1), || {
            vec![reader(1), writer(Lost), writer(LostForGood)]
        }),
        (None, || {
            vec![reader(1), reader(1), writer(Commit(Kind::NewRow))]
        }),
        (None, || vec![reader(2), writer(Commit(Kind::NewRow))]),
        (None, || {
            vec![
                reader(1),
                writer(Commit(Kind::Row)),
                writer(Commit(Kind::Row)),
            ]
        }),
    ]
}

/// The first schedule of any program that goes wrong, or how many there were.
fn run(protocol: Protocol) -> Result<u64, String> {
    let mut schedules = 0;
    for (committed, tasks) in programs() {
        schedules += explore(
            || (World::new(protocol, committed), tasks()),
            |world| {
                // Whoever comes last reads what is there.
                schedule::Task::step(&mut reader(1), world).map(|_| ())
            },
        )?;
    }
    Ok(schedules)
}

/// In every order of every program.
#[test]
fn no_read_is_older_than_the_last_commit_before_it() {
    let schedules = run(Protocol::Around).unwrap();
    assert!(schedules > 10_000, "{schedules} schedules were tried");
}

/// What caches usually do; each way is found out.
#[test]
fn telling_only_before_or_after_the_commit_is_not_enough() {
    for protocol in [Protocol::Before, Protocol::After, Protocol::BeforeAndAfter] {
        let found = run(protocol).unwrap_err();
        assert!(found.contains("after Some"), "{protocol:?}: {found}");
    }
}

fn remembered(world: &World) -> bool {
    matches!(world.look(), Found::Row(_))
}

fn load(world: &World) {
    let Found::Load(load) = world.look() else {
        panic!("nobody else reads the row");
    };
    let row = world.committed.map(Arc::new);
    world.guard.settle(load, row, Some(0));
}

#[test]
fn a_rollback_changes_nothing() {
    for kind in [Kind::Row, Kind::Table, Kind::NewRow] {
        for committed in [None, Some(1)] {
            let world = World::new(Protocol::Around, committed);
            load(&world);
            assert!(remembered(&world));
            world.tell(&effect(kind), Outcome::Undone);
            assert!(remembered(&world));
        }
    }
}

/// And what it does not concern stays.
#[test]
fn a_commit_forgets_what_it_concerns() {
    for (kind, committed, stays) in [
        (Kind::Row, Some(1), false),
        (Kind::Table, Some(1), false),
        (Kind::NewRow, Some(1), true),
        (Kind::NewRow, None, false),
        (Kind::Row, None, false),
    ] {
        let world = World::new(Protocol::Around, committed);
        load(&world);
        world.tell(&effect(kind), Outcome::Visible);
        assert_eq!(remembered(&world), stays);
    }
}

#[test]
fn an_unknown_outcome_keeps_the_row_out_for_a_while() {
    let mut world = World::new(Protocol::Around, Some(1));
    load(&world);
    world.tell(&effect(Kind::Row), Outcome::Unknown);
    assert!(matches!(world.look(), Found::Alone));
    world.now += QUARANTINE - Duration::from_secs(1);
    assert!(matches!(world.look(), Found::Alone));
    world.now += Duration::from_secs(1);
    load(&world);
    assert!(remembered(&world));
}

/// Else each cancelled read and each lost write would be remembered for ever.
#[test]
fn what_is_over_leaves_nothing_behind() {
    let mut world = World::new(Protocol::Around, Some(1));
    let Found::Load(dropped) = world.look() else {
        panic!("nobody else reads the row");
    };
    drop(dropped);
    world.tell(&effect(Kind::Row), Outcome::Unknown);
    world.now += QUARANTINE;
    let mut other = Effect::default();
    other.rows.insert("2,".into());
    world.tell(&other, Outcome::Visible);
    world.tell(&effect(Kind::Table), Outcome::Unknown);
    let state = world.guard.state();
    assert!(state.flights.is_empty() && state.rows.is_empty());
}
