/** Words that YAML reads as something else than text. */
const NOT_TEXT = /^(?:true|false|y|yes|n|no|on|off|null|~|[-+.]?\d.*|0x.*)?$/iu;
const PLAIN = /^[\w/][\w ./+@-]*$/u;

/** Data as lines of YAML in block style; texts that could be read as something else are quoted. */
export function yaml(data: unknown): string[] {
  return blockOf(data) ?? [scalar(data)];
}

/** Lines of a list or a map that has something in it; undefined for everything else. */
function blockOf(data: unknown): string[] | undefined {
  if (Array.isArray(data)) {
    const items: readonly unknown[] = data;
    return items.length === 0 ? undefined : items.flatMap((item) => entry('-', item, true));
  }
  if (typeof data !== 'object' || data === null) return undefined;
  const fields = Object.entries(data).filter(([, value]) => value !== undefined);
  return fields.length === 0 ? undefined : fields.flatMap(([key, value]) => entry(`${scalar(key)}:`, value, false));
}

function entry(lead: string, value: unknown, inline: boolean): string[] {
  const block = blockOf(value);
  if (block === undefined) return [`${lead} ${scalar(value)}`];
  if (!inline) return [lead, ...block.map((line) => `  ${line}`)];
  return block.map((line, at) => (at === 0 ? `${lead} ${line}` : `  ${line}`));
}

function scalar(value: unknown): string {
  if (typeof value === 'string' && PLAIN.test(value) && !NOT_TEXT.test(value) && value.trim() === value) return value;
  return JSON.stringify(value) ?? 'null';
}
