//! One unit: parsed, checked and committed together with its mark.

use super::Shared;
use super::source::{Kind, Unit};
use crate::failure::{Failure, exit};
use rihla_fhir::json::Doc;
use rihla_fhir_api::{Loader, Part, Refusal};
use std::sync::atomic::Ordering;

/// What became of a unit.
pub enum Kept {
    Done,
    /// It refers to what is not there yet.
    Waiting(Unit),
}

/// Takes a unit in, unless an earlier import did.
pub async fn take(shared: &Shared, unit: Unit) -> Result<Kept, Failure> {
    if !shared.options.again && shared.node.store.mark(&unit.mark)?.is_some() {
        shared.known.fetch_add(1, Ordering::Relaxed);
        shared.progress.add(unit.share, 0);
        return Ok(Kept::Done);
    }
    let record = shared.node.for_task("import");
    let loader = Loader::new(&record, shared.node.store.indexer().zone());
    let taken = match unit.source.kind {
        Kind::Document => document(shared, &loader, &unit).await?,
        Kind::Lines => Some(lines(shared, &loader, &unit).await?),
    };
    let Some(resources) = taken else { return Ok(Kept::Waiting(unit)) };
    shared.resources.fetch_add(resources, Ordering::Relaxed);
    shared.progress.add(unit.share, resources);
    Ok(Kept::Done)
}

/// `None`: try again later.
async fn document(shared: &Shared, loader: &Loader<'_>, unit: &Unit) -> Result<Option<u64>, Failure> {
    let bytes = unit.source.read()?;
    let decided = match parse(&bytes) {
        Ok(doc) => match loader.parts(doc.root()) {
            Ok(parts) => loader.commit(&parts, &[(unit.mark.clone(), Vec::new())]).await,
            Err(refusal) => Err(refusal),
        },
        Err(refusal) => Err(refusal),
    };
    match decided {
        Ok(resources) => Ok(Some(resources as u64)),
        Err(refusal) if unit.may_wait && refusal.code() == "RH-API-REFERENCE-UNRESOLVED" => Ok(None),
        Err(refusal) => {
            refused(shared, unit, None, &refusal, None)?;
            Ok(Some(0))
        }
    }
}

fn parse(bytes: &[u8]) -> Result<Doc<'_>, Refusal> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    rihla_fhir_api::read_json(bytes)
}

/// Lines are committed together; if that is refused, one by one, so that one bad line does not take others with it.
async fn lines(shared: &Shared, loader: &Loader<'_>, unit: &Unit) -> Result<u64, Failure> {
    let mut docs = Vec::new();
    for (offset, line) in unit.text.split(|byte| *byte == b'\n').enumerate() {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let number = unit.line + offset as u64;
        match parse(line) {
            Ok(doc) => docs.push((number, doc, line)),
            Err(refusal) => refused(shared, unit, Some(number), &refusal, Some(line))?,
        }
    }
    let (mut together, mut alone) = (Vec::new(), Vec::new());
    for (number, doc, line) in &docs {
        match loader.parts(doc.root()) {
            Ok(parts) if is_one_resource(&parts) => together.extend(parts.into_iter().map(|part| (*number, *line, part))),
            Ok(parts) => alone.push((*number, *line, parts)),
            Err(refusal) => refused(shared, unit, Some(*number), &refusal, Some(line))?,
        }
    }
    let mark = (unit.mark.clone(), Vec::new());
    let mut resources = 0;
    for (number, line, parts) in alone {
        resources += single(shared, loader, unit, number, line, &parts).await?;
    }
    let (numbers, parts): (Vec<_>, Vec<_>) = together.into_iter().map(|(number, line, part)| ((number, line), part)).unzip();
    match loader.commit(&parts, std::slice::from_ref(&mark)).await {
        Ok(written) => return Ok(resources + written as u64),
        Err(refusal) => stop_if_unavailable(&refusal, shared)?,
    }
    for ((number, line), part) in numbers.into_iter().zip(parts) {
        resources += single(shared, loader, unit, number, line, &[part]).await?;
    }
    match loader.commit(&[], &[mark]).await {
        Ok(_) => Ok(resources),
        Err(refusal) => Err(Failure::new(exit::FAILED, refusal.line(shared.options.lang))),
    }
}

fn is_one_resource(parts: &[Part<'_>]) -> bool {
    matches!(parts, [part] if part.full_url.is_none())
}

/// One line by itself, with a mark of its own.
async fn single(shared: &Shared, loader: &Loader<'_>, unit: &Unit, number: u64, line: &[u8], parts: &[Part<'_>]) -> Result<u64, Failure> {
    let mark = format!("{}/{number}", unit.mark);
    if !shared.options.again && shared.node.store.mark(&mark)?.is_some() {
        return Ok(0);
    }
    match loader.commit(parts, &[(mark, Vec::new())]).await {
        Ok(written) => Ok(written as u64),
        Err(refusal) => {
            refused(shared, unit, Some(number), &refusal, Some(line))?;
            Ok(0)
        }
    }
}

fn refused(shared: &Shared, unit: &Unit, line: Option<u64>, refusal: &Refusal, text: Option<&[u8]>) -> Result<(), Failure> {
    stop_if_unavailable(refusal, shared)?;
    shared.rejects.add(&unit.source.path, line, refusal, shared.options.lang, text)
}

/// A full disk is not the input's fault: stop, so that the import can be called again.
fn stop_if_unavailable(refusal: &Refusal, shared: &Shared) -> Result<(), Failure> {
    if refusal.status.is_server_error() {
        return Err(Failure::new(exit::FAILED, format!("{}\nWhat was taken in is kept; call the import again to go on.", refusal.line(shared.options.lang))));
    }
    Ok(())
}
