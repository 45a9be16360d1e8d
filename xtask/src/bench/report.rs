//! The figures as one table.

use serde_json::Value;

pub fn print(report: &Value) {
    println!("| what | CPU µs | per second | p50 ms | p99 ms | CPU µs with audit |");
    println!("|---|---:|---:|---:|---:|---:|");
    let import = &report["import"];
    println!("| import, a resource | {} | {} | | | |", number(&import["cpu_us_per_resource"]), number(&import["per_s"]));
    for name in ["create", "update", "read", "transaction"] {
        row(name, &report[name], &report["with_audit"][name]);
    }
    if let Some(first) = report["first_read"]["cpu_us"].as_f64() {
        println!("| read of what this server has not seen yet | | | | | {first:.1} |");
    }
    if let Some(searches) = report["search"].as_object() {
        for (name, figures) in searches {
            row(&format!("search {name}"), figures, &report["with_audit"]["search"][name]);
        }
    }
    println!();
    println!("- resources: {}", report["resources"]);
    println!("- import: {} resources a CPU-second, {} MB at most", number(&import["resources_per_cpu_second"]), number(&import["peak_memory_mb"]));
    println!("- disk: {} bytes a resource", number(&report["disk"]["bytes_per_resource"]));
    let packed = &report["compression"];
    println!(
        "- bodies never seen before: {} bytes of JSON are stored in {} ({} resources)",
        number(&packed["raw_bytes"]),
        number(&packed["stored_bytes"]),
        packed["resources"]
    );
    let clean = if report["verify"]["clean"] == true { "clean" } else { "NOT CLEAN" };
    println!("- verify afterwards: {clean}; the audit chain takes {} bytes an access", number(&report["verify"]["audit_bytes_per_access"]));
    println!(
        "- memory of the server: {} MB after reads and searches, {} MB after writes, {} MB at most",
        number(&report["memory_mb_after_reads"]),
        number(&report["memory_mb"]),
        number(&report["peak_memory_mb"])
    );
}

fn row(name: &str, figures: &Value, audited: &Value) {
    println!(
        "| {name} | {} | {} | {} | {} | {} |",
        number(&figures["cpu_us"]),
        number(&figures["per_s"]),
        number(&figures["p50_ms"]),
        number(&figures["p99_ms"]),
        number(&audited["cpu_us"])
    );
}

fn number(value: &Value) -> String {
    match value.as_f64() {
        Some(value) if value >= 100.0 => format!("{value:.0}"),
        Some(value) if value >= 10.0 => format!("{value:.1}"),
        Some(value) => format!("{value:.2}"),
        None => String::new(),
    }
}
