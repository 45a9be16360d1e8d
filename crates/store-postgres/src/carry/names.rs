//! Names of claims in full. The table cuts a long one; the body of whoever holds it has it whole.

use super::{Carried, Kind};
use crate::shared::{NAME, short};
use crate::wire::Value;
use rihla_kernel::Fault;
use rihla_store::backend::TypeKey;
use rihla_store_engine::carry::{self, Cell, Cells, bytes_of, int_of};
use rihla_store_engine::pack::Packer;

const HOLDER: &str = "SELECT r.ty::bigint, v.dictionary::bigint, v.body FROM resource r JOIN version v ON v.row = r.row AND v.shard = r.shard WHERE r.res = $1";

impl Carried {
    /// Puts whole names in the place of cut ones.
    pub(super) fn lengthen(&mut self, claims: &mut [Cells]) -> Result<(), Fault> {
        for claim in claims.iter_mut().filter(|claim| claim.first().and_then(bytes_of).is_some_and(|name| name.len() == NAME)) {
            let (Some(name), Some(holder)) = (claim.first().and_then(bytes_of), claim.get(1).and_then(int_of)) else { return Err(carry::odd_row()) };
            let whole = self.whole(name, holder)?;
            claim.splice(..1, [Cell::Bytes(whole.into())]);
        }
        Ok(())
    }

    fn whole(&mut self, name: &[u8], holder: i64) -> Result<Vec<u8>, Fault> {
        let found = self.read(HOLDER, &[Kind::Int, Kind::Int, Kind::Bytes], &[Value::I64(holder)])?;
        if let Some([Cell::Int(ty), Cell::Int(dictionary), Cell::Bytes(packed)]) = found.first().map(Vec::as_slice) {
            let body = self.packer()?.unpack(*dictionary as u32, packed)?;
            let content = self.indexer.reindex(*ty as TypeKey, &rihla_store::backend::LogicalId::Chosen("".into()), &body)?;
            if let Some(claim) = content.claims.iter().find(|claim| *short(claim) == *name) {
                return Ok(claim.as_bytes().to_vec());
            }
        }
        // A name of just that length is not cut.
        std::str::from_utf8(name).map(|name| name.as_bytes().to_vec()).map_err(|_| carry::odd_row())
    }

    fn packer(&mut self) -> Result<&Packer, Fault> {
        if self.packer.is_none() {
            let packer = Packer::new(self.indexer.types_naming_people());
            for row in self.read("SELECT dictionary::bigint, ty::bigint, bytes FROM dictionary", &[Kind::Int, Kind::Int, Kind::Bytes], &[])? {
                if let [Cell::Int(number), Cell::Int(ty), Cell::Bytes(bytes)] = row.as_slice() {
                    packer.install(*number as u32, *ty as TypeKey, bytes);
                }
            }
            self.packer = Some(packer);
        }
        self.packer.as_ref().ok_or_else(carry::odd_row)
    }
}
