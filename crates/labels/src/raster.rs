//! Outlines as dots: black and white, as a thermal head prints.

use crate::letters::Drawn;

/// Samples a dot each way.
const FINE: usize = 4;
/// Samples of a dot's sixteen from which it is black: a little early, since fine strokes fade on thermal paper.
const BLACK: u16 = 6;

/// Dots in rows from the top; each row begins on a byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bitmap {
    pub width: usize,
    pub height: usize,
    dots: Vec<bool>,
}

impl Bitmap {
    fn empty(width: usize, height: usize) -> Self {
        Self { width, height, dots: vec![false; width.saturating_mul(height)] }
    }

    pub fn at(&self, x: usize, y: usize) -> bool {
        x < self.width && self.dots.get(y * self.width + x).copied().unwrap_or_default()
    }

    fn set(&mut self, x: usize, y: usize) {
        if x < self.width
            && let Some(dot) = self.dots.get_mut(y * self.width + x)
        {
            *dot = true;
        }
    }

    /// Turned by a quarter, clockwise.
    pub fn turned(&self) -> Self {
        let mut out = Self::empty(self.height, self.width);
        for y in 0..self.height {
            (0..self.width).filter(|x| self.at(*x, y)).for_each(|x| out.set(self.height - 1 - y, x));
        }
        out
    }

    pub fn row_bytes(&self) -> usize {
        self.width.div_ceil(8)
    }

    /// Eight dots a byte, the leftmost in the highest bit.
    pub fn bytes(&self) -> Vec<u8> {
        let byte = |y: usize, at: usize| (0..8).fold(0, |byte, bit| byte << 1 | u8::from(self.at(at * 8 + bit, y)));
        (0..self.height).flat_map(|y| (0..self.row_bytes()).map(move |at| (y, at))).map(|(y, at)| byte(y, at)).collect()
    }
}

/// Draws a line of text into so many dots: `size` dots a letter, its baseline so many dots from the top, its right end on
/// the right border.
pub(crate) fn bitmap(text: &Drawn, width: usize, height: usize, size: f32, baseline: f32) -> Bitmap {
    let fine = FINE as f32;
    let left = width as f32 - text.width * size;
    let place = |point: &(f32, f32)| ((left + point.0 * size) * fine, (baseline - point.1 * size) * fine);
    let edges: Vec<Edge> = text.contours.iter().flat_map(|contour| edges(&contour.iter().map(place).collect::<Vec<_>>())).collect();
    let mut out = Bitmap::empty(width, height);
    for y in 0..height {
        let mut counts = vec![0u16; width];
        for sample in 0..FINE {
            let line = (y * FINE + sample) as f32 + 0.5;
            for (from, to) in spans(&edges, line) {
                // Samples lie in the middle of their quarter of a dot.
                let first = (from - 0.5).ceil().max(0.0) as usize;
                let end = ((to - 0.5).ceil().max(0.0) as usize).min(width * FINE);
                (first..end).map(|at| at / FINE).for_each(|at| {
                    if let Some(count) = counts.get_mut(at) {
                        *count += 1;
                    }
                });
            }
        }
        counts.iter().enumerate().filter(|(_, count)| **count >= BLACK).for_each(|(x, _)| out.set(x, y));
    }
    out
}

/// A side of an outline, from its upper end to its lower, and which way it was drawn.
struct Edge {
    top: (f32, f32),
    bottom: (f32, f32),
    turn: i32,
}

fn edges(points: &[(f32, f32)]) -> Vec<Edge> {
    let ends = points.iter().skip(1).chain(points.first());
    let edge = |(from, to): (&(f32, f32), &(f32, f32))| match from.1.total_cmp(&to.1) {
        std::cmp::Ordering::Less => Some(Edge { top: *from, bottom: *to, turn: 1 }),
        std::cmp::Ordering::Greater => Some(Edge { top: *to, bottom: *from, turn: -1 }),
        std::cmp::Ordering::Equal => None,
    };
    points.iter().zip(ends).filter_map(edge).collect()
}

/// Where a line across is inside: outlines may overlap, so turns are counted.
fn spans(edges: &[Edge], line: f32) -> Vec<(f32, f32)> {
    let cross = |edge: &Edge| {
        let within = edge.top.1 <= line && line < edge.bottom.1;
        within.then(|| (edge.top.0 + (line - edge.top.1) / (edge.bottom.1 - edge.top.1) * (edge.bottom.0 - edge.top.0), edge.turn))
    };
    let mut crossings: Vec<(f32, i32)> = edges.iter().filter_map(cross).collect();
    crossings.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (mut out, mut turns, mut begun) = (Vec::new(), 0, 0.0);
    for (x, turn) in crossings {
        let was = turns;
        turns += turn;
        match (was, turns) {
            (0, _) => begun = x,
            (_, 0) => out.push((begun, x)),
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_square_with_a_hole_is_drawn_where_it_is_and_turns_by_a_quarter() {
        let outer = vec![(0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, 0.0)];
        let hole = vec![(0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75)];
        let text = Drawn { contours: vec![outer, hole], width: 1.0 };
        let map = bitmap(&text, 16, 8, 8.0, 8.0);
        let row = |y: usize| (0..16).map(|x| if map.at(x, y) { '#' } else { '.' }).collect::<String>();
        assert_eq!((row(0).as_str(), row(4).as_str()), ("........########", "........##....##"));
        assert_eq!(
            (map.bytes().iter().map(|byte| byte.count_ones()).sum::<u32>(), map.row_bytes(), map.bytes().get(..4)),
            (48, 2, Some(&[0, 0xFF, 0, 0xFF][..]))
        );
        let turned = map.turned();
        assert!(turned.width == 8 && turned.height == 16 && turned.at(0, 8) && !turned.at(4, 12) && !turned.at(0, 7));
    }
}
