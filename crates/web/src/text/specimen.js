// Compares where words were painted with the order in which they are to be read, and counts what differs.
"use strict";

const wrong = [];
/** A line without isolates, which has to be found wrong: else nothing was compared. */
const trap = [];

/** The place of each word of `order`, in the order of the document. */
function places(line, order) {
  const texts = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
  let node = texts.nextNode();
  let from = 0;
  return order.map((word) => {
    while (node) {
      const at = node.data.indexOf(word, from);
      if (at >= 0) {
        const range = document.createRange();
        range.setStart(node, at);
        range.setEnd(node, at + word.length);
        from = at + word.length;
        return range;
      }
      node = texts.nextNode();
      from = 0;
    }
    return null;
  });
}

/** The innermost run that holds both. */
function runOf(first, second) {
  const both = document.createRange();
  both.setStart(first.startContainer, first.startOffset);
  both.setEnd(second.endContainer, second.endOffset);
  const holder = both.commonAncestorContainer;
  const element = holder.nodeType === Node.ELEMENT_NODE ? holder : holder.parentElement;
  return element.closest("bdi, p");
}

for (const line of document.querySelectorAll("p[data-order]")) {
  const order = JSON.parse(line.dataset.order);
  const faults = line.id === "trap" ? trap : wrong;
  const found = places(line, order);
  found.forEach((range, at) => {
    if (!range) {
      faults.push(`${line.id}: ${order[at]} is not there`);
      return;
    }
    const next = found[at + 1];
    if (!next) return;
    const [here, there] = [range.getBoundingClientRect(), next.getBoundingClientRect()];
    const leftwards = getComputedStyle(runOf(range, next)).direction === "rtl";
    const behind = leftwards ? here.left >= there.right - 1 : here.right <= there.left + 1;
    if (!behind) faults.push(`${line.id}: ${order[at]} and ${order[at + 1]} are painted the wrong way round`);
  });
}

const output = document.querySelector("output");
output.dataset.lines = String(document.querySelectorAll("p[data-order]").length);
output.dataset.trap = String(trap.length);
output.dataset.wrong = String(wrong.length);
output.textContent = wrong.join("\n");
