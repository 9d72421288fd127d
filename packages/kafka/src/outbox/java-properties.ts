const escapes: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\f': '\\f', '\r': '\\r' };

/**
 * Entries as text that `java.util.Properties.load` reads back, one a line, as its `store` writes them; without a comment. A name or value may
 * be any text: what is not printable ASCII is escaped by its UTF-16 units.
 */
export function javaProperties(entries: Readonly<Record<string, string>>): string {
  return Object.entries(entries)
    .map(([name, value]) => `${escaped(name).replaceAll(' ', '\\ ')}=${escaped(value).replace(/^ /, '\\ ')}\n`)
    .join('');
}

function escaped(text: string): string {
  return text.replace(/[\\=:#!]|[^ -~]/gs, (unit) => escapes[unit] ?? (/[ -~]/.test(unit) ? `\\${unit}` : `\\u${hex(unit)}`));
}

function hex(unit: string): string {
  return unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
}
