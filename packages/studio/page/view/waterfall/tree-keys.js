/** @import { Rows } from '../../model/visible-rows.js' */

/**
 * What a key does in a tree. Source: WAI-ARIA Authoring Practices, "Tree View Pattern".
 *
 * @param {string} key
 * @param {Rows} rows
 * @param {number} index of the row that the keyboard is on; -1 for none
 * @param {number} page how many rows Page Up and Page Down go
 * @returns {{ to: number } | { toggle: string } | undefined} the row to go to, or the one to open or close
 */
export function moveInTree(key, { rows, indexOf }, index, page) {
  const last = rows.length - 1;
  const row = rows[index];
  switch (key) {
    case 'ArrowDown':
      return { to: Math.min(index + 1, last) };
    case 'ArrowUp':
      return { to: Math.max(index - 1, 0) };
    case 'PageDown':
      return { to: Math.min(index + page, last) };
    case 'PageUp':
      return { to: Math.max(index - page, 0) };
    case 'Home':
      return { to: 0 };
    case 'End':
      return { to: last };
    case 'ArrowRight':
      if (row?.expanded === undefined) return undefined;
      return row.expanded ? { to: index + 1 } : { toggle: row.key };
    case 'ArrowLeft':
      if (row === undefined) return undefined;
      if (row.expanded === true) return { toggle: row.key };
      return { to: Math.max(0, row.node === undefined ? index : indexOf(row.node.parent?.key ?? `trace-${row.section.traceId}`)) };
    default:
      return undefined;
  }
}
