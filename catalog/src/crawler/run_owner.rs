//! Names the process that runs a crawler, so that another one on the same machine sees at once that it was killed and need not
//! wait for its lease to end.

use std::fs;

/// The id of a run by this process: unique, and telling whose it is.
pub fn new_run_id() -> String {
    let id = uuid::Uuid::new_v4();
    match this_process() {
        Some(process) => format!("{id} {process}"),
        None => id.to_string(),
    }
}

/// Whether the run's process was one of this machine and is gone.
pub fn is_dead(run_id: &str) -> bool {
    let Some((_, process)) = run_id.split_once(' ') else {
        return false;
    };
    let parts: Vec<&str> = process.split(' ').collect();
    let [boot, namespace, pid, started] = parts.as_slice() else {
        return false;
    };
    let Some((own_boot, own_namespace)) = this_machine() else {
        return false;
    };
    if *boot != own_boot || *namespace != own_namespace {
        return false;
    }
    pid.parse::<u32>()
        .is_ok_and(|pid| start_time(pid).as_deref() != Some(*started))
}

fn this_process() -> Option<String> {
    let (boot, namespace) = this_machine()?;
    let pid = std::process::id();
    Some(format!("{boot} {namespace} {pid} {}", start_time(pid)?))
}

/// What tells this boot of this machine, and the numbering of its processes that this one sees, from others. Only Linux has it.
fn this_machine() -> Option<(String, String)> {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let namespace = fs::read_link("/proc/self/ns/pid").ok()?;
    Some((boot.trim().to_owned(), namespace.display().to_string()))
}

/// When a process started, in ticks since the boot: its number may have belonged to another one before.
fn start_time(pid: u32) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name, which may hold anything, is in brackets; the state comes after it, and the start 19 fields later.
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut fields = after_name.split_whitespace();
    // A process that is dead and not yet waited for runs nothing.
    if fields.next()? == "Z" {
        return None;
    }
    fields.nth(18).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_ended_is_dead_and_others_are_not() {
        let own = new_run_id();
        assert!(!is_dead(&own));
        assert!(!is_dead("some other id"));
        assert!(!is_dead(""));
        let mut child = std::process::Command::new("sleep")
            .arg("60")
            .spawn()
            .unwrap();
        let (boot, namespace) = this_machine().unwrap();
        let started = start_time(child.id()).unwrap();
        let run = format!("x {boot} {namespace} {} {started}", child.id());
        assert!(!is_dead(&run));
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(is_dead(&run));
        assert!(!is_dead(&format!(
            "x other-boot {namespace} {} {started}",
            child.id()
        )));
    }
}
