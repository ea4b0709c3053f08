/** How the scripts speak: one voice for times, marks and colours. */

const coloured = process.stdout.isTTY && !process.env["NO_COLOR"];

/**
 * @param {number} code
 * @returns {(text: string) => string}
 */
function paint(code) {
  return (text) => (coloured ? `\u001B[${code}m${text}\u001B[0m` : text);
}

export const bold = paint(1);
export const dim = paint(2);
export const red = paint(31);
export const green = paint(32);
export const yellow = paint(33);

/**
 * A duration in the unit that suits it.
 *
 * @param {number} milliseconds
 */
export function duration(milliseconds) {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/**
 * A size in the unit that pages about extensions use.
 *
 * @param {number} bytes
 */
export function kilobytes(bytes) {
  return `${Math.round(bytes / 1024)} KB`;
}

/**
 * Rows in columns that line up. Cells are plain text; `paintRow` colours a finished row.
 *
 * @param {string[][]} rows
 * @param {(row: string, index: number) => string} [paintRow]
 */
export function table(rows, paintRow = (row) => row) {
  /** @type {number[]} */
  const widths = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    }
  }
  return rows
    .map((row, index) => {
      const cells = row.map((cell, column) => cell.padEnd(widths[column] ?? 0));
      return paintRow(cells.join("  ").trimEnd(), index);
    })
    .join("\n");
}

/**
 * The last lines of a text, without the blank ones at its end.
 *
 * @param {string} text
 * @param {number} count
 */
export function tail(text, count) {
  return text.trimEnd().split("\n").slice(-count).join("\n");
}
