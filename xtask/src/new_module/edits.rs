//! The lines outside a module's folder. Each edit is of text, so that comments and order stay as they are.

const GLOB: &str = "\"modules/*\"";

/// Cargo refuses a pattern that matches nothing, so a workspace may lack it until the first module.
pub fn workspace(text: &str) -> Result<String, String> {
    if text.contains(GLOB) {
        return Ok(text.to_owned());
    }
    let at = text.find("members = [").ok_or("Cargo.toml: no `members = [`")? + "members = [".len();
    let (head, tail) = text.split_at_checked(at).ok_or("Cargo.toml: cut within a character")?;
    Ok(format!("{head}{GLOB}, {tail}"))
}

/// Adds the dependency at the end of `[dependencies]`.
pub fn server_manifest(text: &str, name: &str) -> Result<String, String> {
    let line = format!("rihla-{name} = {{ path = \"../../modules/{name}\" }}");
    if text.contains(&line) {
        return Err(format!("crates/server/Cargo.toml names {name} already"));
    }
    let mut lines: Vec<&str> = text.lines().collect();
    let start = lines.iter().position(|line| line.trim() == "[dependencies]").ok_or("crates/server/Cargo.toml: no [dependencies]")?;
    let section = lines.iter().skip(start + 1).take_while(|line| !line.starts_with('['));
    let length = section.collect::<Vec<_>>().iter().rposition(|line| !line.trim().is_empty()).map_or(0, |last| last + 1);
    lines.insert(start + 1 + length, &line);
    Ok(lines.join("\n") + "\n")
}

/// Adds the entry at the end of `MODULES`.
pub fn module_list(text: &str, name: &str) -> Result<String, String> {
    let wrong = "crates/server/src/modules.rs: no list `MODULES: &[&Screens] = &[ … ];`";
    let entry = format!("&rihla_{}::SCREENS", name.replace('-', "_"));
    if text.contains(&entry) {
        return Err(format!("crates/server/src/modules.rs names {name} already"));
    }
    let named = text.find("MODULES:").ok_or(wrong)?;
    let (head, tail) = text.split_at_checked(named).ok_or(wrong)?;
    let open = head.len() + tail.find("= &[").ok_or(wrong)? + "= &[".len();
    let (head, tail) = text.split_at_checked(open).ok_or(wrong)?;
    let (entries, rest) = tail.split_once("];").ok_or(wrong)?;
    let mut all: Vec<&str> = entries.split(',').map(str::trim).filter(|entry| !entry.is_empty()).collect();
    all.push(&entry);
    let short = format!("{head}{}];{rest}", all.join(", "));
    let fits = short.get(..open + all.join(", ").len() + 2).and_then(|text| text.lines().last()).is_some_and(|line| line.len() <= 100);
    if fits { Ok(short) } else { Ok(format!("{head}\n    {},\n];{rest}", all.join(",\n    "))) }
}
