use crate::file::File;

/// For each record the number of its person.
pub struct Clusters {
    pub of: Vec<u32>,
}

pub fn clusters(file: &File) -> Clusters {
    let mut of: Vec<u32> = (0..file.people.len() as u32).collect();
    fn root(of: &mut Vec<u32>, a: u32) -> u32 {
        let mut a = a;
        while of[a as usize] != a {
            a = of[a as usize];
        }
        a
    }
    for ((a, b), s) in file.candidates.iter().zip(&file.scores) {
        if *s > 0.0 {
            let (a, b) = (root(&mut of, *a), root(&mut of, *b));
            let m = a.min(b);
            of[a as usize] = m;
            of[b as usize] = m;
        }
    }
    for i in 0..of.len() {
        of[i] = root(&mut of, i as u32);
    }
    Clusters { of }
}
