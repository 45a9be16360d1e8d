//! [`Disk`] as a file system for SQLite (<https://sqlite.org/vfs.html>).
//!
//! The one place of the workspace with `unsafe` code: SQLite asks for its file system through C function tables, and
//! there is no safe wrapper for them. Everything that decides something is in [`crate::disk`]; here are only calls from
//! C, and calls to SQLite's own file system for Unix, which does the locking, the shared memory and the final I/O.
#![allow(unsafe_code, reason = "SQLite's file system interface is a table of C functions")]

use crate::disk::{Disk, File, Media, lock};
use rusqlite::ffi::{self, sqlite3_file, sqlite3_int64, sqlite3_io_methods, sqlite3_vfs};
use std::ffi::{CStr, CString, OsStr, c_char, c_int, c_void};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::{Arc, Mutex};

/// What SQLite hands back with each call to the file system.
struct System {
    inner: *mut sqlite3_vfs,
    disk: Arc<Disk>,
}

/// What SQLite hands back with each call to a file. Behind it in the same memory stands the inner file.
#[repr(C)]
struct Handle {
    base: sqlite3_file,
    /// From `Box::into_raw`, given back in `close`.
    open: *mut Open,
}

struct Open {
    disk: Arc<Disk>,
    file: Arc<Mutex<File>>,
}

/// Makes a disk available to SQLite under `name`, for as long as the process lives. False if SQLite refused.
pub fn register(name: &str, disk: &Arc<Disk>) -> bool {
    add(name, disk, false)
}

/// Makes a disk the one that every store of this process is opened on from now on.
pub fn register_for_all(name: &str, disk: &Arc<Disk>) -> bool {
    add(name, disk, true)
}

fn add(name: &str, disk: &Arc<Disk>, for_all: bool) -> bool {
    let Ok(name) = CString::new(name) else { return false };
    // SAFETY: a null name asks for the default file system, which lives as long as the process.
    let inner = unsafe { ffi::sqlite3_vfs_find(std::ptr::null()) };
    // SAFETY: the pointer is null or comes from SQLite, which never frees a registered file system.
    let Some(known) = (unsafe { inner.as_ref() }) else { return false };
    let system = Box::leak(Box::new(System { inner, disk: disk.clone() }));
    let table = sqlite3_vfs {
        iVersion: 2,
        szOsFile: size_of::<Handle>() as c_int + known.szOsFile,
        mxPathname: known.mxPathname,
        pNext: std::ptr::null_mut(),
        zName: name.into_raw(),
        pAppData: std::ptr::from_mut(system).cast(),
        xOpen: Some(open),
        xDelete: Some(delete),
        xAccess: Some(access),
        xFullPathname: Some(full_pathname),
        xDlOpen: None,
        xDlError: None,
        xDlSym: None,
        xDlClose: None,
        xRandomness: Some(randomness),
        xSleep: Some(sleep),
        xCurrentTime: Some(current_time),
        xGetLastError: Some(last_error),
        xCurrentTimeInt64: Some(current_time_int64),
        xSetSystemCall: None,
        xGetSystemCall: None,
        xNextSystemCall: None,
    };
    // SAFETY: the table and all that it points to are leaked, so they outlive every use by SQLite.
    unsafe { ffi::sqlite3_vfs_register(Box::leak(Box::new(table)), c_int::from(for_all)) == ffi::SQLITE_OK }
}

static METHODS: sqlite3_io_methods = sqlite3_io_methods {
    // The second version has shared memory but no mapped files, so that every read comes through here.
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock_file),
    xUnlock: Some(unlock_file),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};

/// SQLite's own file.
struct Inner(*mut sqlite3_file);

/// Calls a method of an inner file or file system; one that is missing counts as an I/O error.
macro_rules! inner {
    ($table:expr, $method:ident, $($argument:expr),* $(,)?) => {
        // SAFETY: the caller holds a live file or file system of SQLite, whose table of methods lives as long as it.
        match unsafe { $table.as_ref() }.and_then(|table| table.$method) {
            // SAFETY: the arguments are those that SQLite gave for this very call, with its own file in place of ours.
            Some(method) => unsafe { method($($argument),*) },
            None => ffi::SQLITE_IOERR,
        }
    };
}

fn checked(code: c_int) -> Result<(), i32> {
    if code == ffi::SQLITE_OK { Ok(()) } else { Err(code) }
}

fn code_of(result: Result<(), i32>) -> c_int {
    result.err().unwrap_or(ffi::SQLITE_OK)
}

impl Inner {
    fn methods(&self) -> *const sqlite3_io_methods {
        // SAFETY: an `Inner` is made only of files that the inner file system opened.
        unsafe { (*self.0).pMethods }
    }

    fn size(&self) -> Result<u64, i32> {
        let mut size: sqlite3_int64 = 0;
        checked(inner!(self.methods(), xFileSize, self.0, &raw mut size))?;
        Ok(size.max(0) as u64)
    }
}

impl Media for Inner {
    fn read(&self, at: u64, into: &mut [u8]) -> Result<(), i32> {
        match inner!(self.methods(), xRead, self.0, into.as_mut_ptr().cast(), into.len() as c_int, at as sqlite3_int64) {
            // What is missing was filled with zeros.
            ffi::SQLITE_IOERR_SHORT_READ => Ok(()),
            code => checked(code),
        }
    }

    fn write(&self, at: u64, bytes: &[u8]) -> Result<(), i32> {
        checked(inner!(self.methods(), xWrite, self.0, bytes.as_ptr().cast(), bytes.len() as c_int, at as sqlite3_int64))
    }

    fn truncate(&self, size: u64) -> Result<(), i32> {
        checked(inner!(self.methods(), xTruncate, self.0, size as sqlite3_int64))
    }
}

/// The inner file behind ours.
fn inner_of(file: *mut sqlite3_file) -> Inner {
    // SAFETY: SQLite gives us `szOsFile` bytes, of which ours are the first and the inner file's the rest.
    Inner(unsafe { file.cast::<Handle>().add(1) }.cast())
}

/// Our part of an open file.
unsafe fn open_of<'f>(file: *mut sqlite3_file) -> &'f Open {
    // SAFETY: `METHODS` is set only once `open` has put a valid pointer there; `close` is SQLite's last call.
    unsafe { &*(*file.cast::<Handle>()).open }
}

unsafe fn system_of<'s>(vfs: *mut sqlite3_vfs) -> &'s System {
    // SAFETY: `register` put a leaked `System` there.
    unsafe { &*(*vfs).pAppData.cast::<System>() }
}

unsafe fn path_of<'p>(name: *const c_char) -> Option<&'p Path> {
    // SAFETY: a name that SQLite gives is null or ends in a zero byte and lives for the call.
    (!name.is_null()).then(|| Path::new(OsStr::from_bytes(unsafe { CStr::from_ptr(name) }.to_bytes())))
}

unsafe extern "C" fn open(vfs: *mut sqlite3_vfs, name: *const c_char, file: *mut sqlite3_file, flags: c_int, out: *mut c_int) -> c_int {
    // SAFETY: SQLite calls with the file system that it was registered with.
    let system = unsafe { system_of(vfs) };
    // SAFETY: the name comes from SQLite.
    let Some(path) = (unsafe { path_of(name) }) else {
        // A temporary file holds nothing that has to outlive anyone.
        return inner!(system.inner, xOpen, system.inner, name, file, flags, out);
    };
    let inner = inner_of(file);
    // SAFETY: SQLite's documentation: `xOpen` has to set the methods, to null if the file is not to be closed.
    unsafe { (*file).pMethods = std::ptr::null() };
    let code = inner!(system.inner, xOpen, system.inner, name, inner.0, flags, out);
    if code != ffi::SQLITE_OK {
        return code;
    }
    let shared = system.disk.file(path);
    match inner.size() {
        Ok(size) => lock(&shared).opened(size),
        Err(code) => {
            let _ = inner!(inner.methods(), xClose, inner.0);
            return code;
        }
    }
    let open = Box::into_raw(Box::new(Open { disk: system.disk.clone(), file: shared }));
    // SAFETY: the memory is SQLite's for this file and large enough for a `Handle`.
    unsafe { file.cast::<Handle>().write(Handle { base: sqlite3_file { pMethods: &raw const METHODS }, open }) };
    code
}

unsafe extern "C" fn delete(vfs: *mut sqlite3_vfs, name: *const c_char, sync_dir: c_int) -> c_int {
    // SAFETY: SQLite calls with the file system that it was registered with.
    let system = unsafe { system_of(vfs) };
    // SAFETY: the name comes from SQLite.
    if let Some(path) = unsafe { path_of(name) } {
        system.disk.forget(path);
    }
    inner!(system.inner, xDelete, system.inner, name, sync_dir)
}

unsafe extern "C" fn access(vfs: *mut sqlite3_vfs, name: *const c_char, flags: c_int, out: *mut c_int) -> c_int {
    // SAFETY: SQLite calls with the file system that it was registered with.
    let system = unsafe { system_of(vfs) };
    let code = inner!(system.inner, xAccess, system.inner, name, flags, out);
    // SAFETY: the name comes from SQLite.
    let known = unsafe { path_of(name) }.and_then(|path| system.disk.holds_data(path));
    if let (ffi::SQLITE_OK, ffi::SQLITE_ACCESS_EXISTS, Some(true)) = (code, flags, known) {
        // To the program a file has what was written to it, whatever has reached the disk.
        // SAFETY: `out` is SQLite's for the answer.
        unsafe { *out = 1 };
    }
    code
}

unsafe extern "C" fn close(file: *mut sqlite3_file) -> c_int {
    let inner = inner_of(file);
    // SAFETY: the pointer comes from `Box::into_raw` in `open`, and SQLite closes a file once.
    drop(unsafe { Box::from_raw((*file.cast::<Handle>()).open) });
    inner!(inner.methods(), xClose, inner.0)
}

unsafe extern "C" fn read(file: *mut sqlite3_file, into: *mut c_void, length: c_int, at: sqlite3_int64) -> c_int {
    // SAFETY: SQLite's file is open, and `into` has room for `length` bytes.
    let (open, into) = unsafe { (open_of(file), std::slice::from_raw_parts_mut(into.cast::<u8>(), length.max(0) as usize)) };
    match lock(&open.file).read(&inner_of(file), at.max(0) as u64, into) {
        Ok(true) => ffi::SQLITE_OK,
        Ok(false) => ffi::SQLITE_IOERR_SHORT_READ,
        Err(code) => code,
    }
}

unsafe extern "C" fn write(file: *mut sqlite3_file, from: *const c_void, length: c_int, at: sqlite3_int64) -> c_int {
    // SAFETY: SQLite's file is open, and `from` holds `length` bytes.
    let (open, bytes) = unsafe { (open_of(file), std::slice::from_raw_parts(from.cast::<u8>(), length.max(0) as usize)) };
    code_of(open.disk.write(&mut lock(&open.file), &inner_of(file), at.max(0) as u64, bytes))
}

unsafe extern "C" fn truncate(file: *mut sqlite3_file, size: sqlite3_int64) -> c_int {
    // SAFETY: SQLite's file is open.
    let open = unsafe { open_of(file) };
    lock(&open.file).truncate(size.max(0) as u64);
    ffi::SQLITE_OK
}

unsafe extern "C" fn sync(file: *mut sqlite3_file, _flags: c_int) -> c_int {
    // SAFETY: SQLite's file is open.
    let open = unsafe { open_of(file) };
    // What is handed to the system survives the process, which is the only thing that is killed here.
    code_of(open.disk.sync(&mut lock(&open.file), &inner_of(file)))
}

unsafe extern "C" fn file_size(file: *mut sqlite3_file, out: *mut sqlite3_int64) -> c_int {
    // SAFETY: SQLite's file is open, and `out` is SQLite's for the answer.
    unsafe { *out = lock(&open_of(file).file).size() as sqlite3_int64 };
    ffi::SQLITE_OK
}

unsafe extern "C" fn file_control(file: *mut sqlite3_file, op: c_int, argument: *mut c_void) -> c_int {
    if op == ffi::SQLITE_FCNTL_SIZE_HINT || op == ffi::SQLITE_FCNTL_CHUNK_SIZE {
        // Would grow the file on the disk, past what was written and synced.
        return ffi::SQLITE_OK;
    }
    let inner = inner_of(file);
    inner!(inner.methods(), xFileControl, inner.0, op, argument)
}

/// Methods that the inner file or file system answers by itself.
macro_rules! passed_on {
    ($($name:ident = $method:ident($($argument:ident: $type:ty),*);)*) => {
        $(unsafe extern "C" fn $name(file: *mut sqlite3_file, $($argument: $type),*) -> c_int {
            let inner = inner_of(file);
            inner!(inner.methods(), $method, inner.0, $($argument),*)
        })*
    };
}

passed_on! {
    lock_file = xLock(level: c_int);
    unlock_file = xUnlock(level: c_int);
    check_reserved_lock = xCheckReservedLock(out: *mut c_int);
    sector_size = xSectorSize();
    device_characteristics = xDeviceCharacteristics();
    shm_map = xShmMap(page: c_int, size: c_int, extend: c_int, out: *mut *mut c_void);
    shm_lock = xShmLock(offset: c_int, count: c_int, flags: c_int);
    shm_unmap = xShmUnmap(delete: c_int);
}

unsafe extern "C" fn shm_barrier(file: *mut sqlite3_file) {
    let inner = inner_of(file);
    // SAFETY: the inner file is open and its methods live as long.
    if let Some(method) = unsafe { inner.methods().as_ref() }.and_then(|methods| methods.xShmBarrier) {
        // SAFETY: as above.
        unsafe { method(inner.0) };
    }
}

macro_rules! passed_to_system {
    ($($name:ident = $method:ident($($argument:ident: $type:ty),*);)*) => {
        $(unsafe extern "C" fn $name(vfs: *mut sqlite3_vfs, $($argument: $type),*) -> c_int {
            // SAFETY: SQLite calls with the file system that it was registered with.
            let inner = unsafe { system_of(vfs) }.inner;
            inner!(inner, $method, inner, $($argument),*)
        })*
    };
}

passed_to_system! {
    full_pathname = xFullPathname(name: *const c_char, length: c_int, out: *mut c_char);
    randomness = xRandomness(length: c_int, out: *mut c_char);
    sleep = xSleep(microseconds: c_int);
    current_time = xCurrentTime(out: *mut f64);
    last_error = xGetLastError(length: c_int, out: *mut c_char);
    current_time_int64 = xCurrentTimeInt64(out: *mut sqlite3_int64);
}
