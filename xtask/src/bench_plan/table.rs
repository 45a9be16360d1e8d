//! The list of best known costs and the table of what was reached.

use serde_json::Value;

/// Name and cost of each line of `best_known.csv`.
pub fn best_known(text: &str) -> Result<Vec<(String, i64)>, String> {
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    let column = |name: &str| header.iter().position(|column| *column == name).ok_or_else(|| format!("best_known.csv has no column {name}"));
    let (name, best) = (column("instance")?, column("best_known")?);
    let mut found = Vec::new();
    for line in lines.filter(|line| !line.trim().is_empty()) {
        let cells: Vec<&str> = line.split(',').collect();
        let cost = cells.get(best).and_then(|cell| cell.trim().parse::<f64>().ok()).ok_or_else(|| format!("best_known.csv: no cost in “{line}”"))?;
        found.push((cells.get(name).copied().unwrap_or_default().to_owned(), cost as i64));
    }
    Ok(found)
}

fn number(line: &Value, name: &str) -> f64 {
    line[name].as_f64().unwrap_or(0.0)
}

fn rate(line: &Value, name: &str) -> f64 {
    number(line, name) / number(line, "cpu_seconds").max(1e-9) / 1e6
}

/// One instance's line of the table.
pub fn row(line: &Value) -> String {
    format!(
        "| {} | {} | {} | {} | {:+.2} % | {:.2} M | {:.2} M |",
        line["run"]["instance"].as_str().unwrap_or_default(),
        line["violations"],
        line["cost"],
        line["best_known"],
        number(line, "gap_percent"),
        rate(line, "moves"),
        rate(line, "evaluated"),
    )
}

/// The line under the table.
pub fn summary(lines: &[Value]) -> String {
    let mean = |of: &dyn Fn(&Value) -> f64| lines.iter().map(of).sum::<f64>() / lines.len().max(1) as f64;
    let broken = lines.iter().filter(|line| line["violations"] != 0).count();
    format!(
        "{} instances, {broken} with violations, mean gap {:+.2} %, {:.2} M moves and {:.2} M fully evaluated a CPU-second",
        lines.len(),
        mean(&|line| number(line, "gap_percent")),
        mean(&|line| rate(line, "moves")),
        mean(&|line| rate(line, "evaluated")),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_list_is_read_by_its_header() {
        assert_eq!(best_known("days,instance,best_known\n14,i01,3842\n").unwrap(), [("i01".to_owned(), 3842)]);
        assert!(best_known("instance\ni01\n").is_err());
    }

    #[test]
    fn the_summary_is_a_mean() {
        let line = |gap: f64, violations: i64| json!({"gap_percent": gap, "violations": violations, "cpu_seconds": 2.0, "moves": 4e6, "evaluated": 2e6});
        let told = summary(&[line(1.0, 0), line(3.0, 2)]);
        assert_eq!(told, "2 instances, 1 with violations, mean gap +2.00 %, 2.00 M moves and 1.00 M fully evaluated a CPU-second");
    }
}
