import { cellTable } from '#records/keys';
import type { Item } from '#ports/tables';
import type { BuildWorld } from '../fixtures/build-world.ts';

/** Secrets as they are, and as files and passwords travel inside other text. */
export const marksOf = (...secrets: readonly string[]): string[] =>
  secrets.flatMap((secret) => [secret, Buffer.from(secret).toString('base64').slice(0, -4)]);

/** Everything that a deployment shows to people and to programs, but for sealed text and the bodies of messages. */
export async function exposed(world: BuildWorld, marks: readonly string[]): Promise<string[]> {
  const { platform } = world;
  /** Marks in any text, listed by where it was found. */
  const found = (where: string, value: unknown): string[] => {
    const text = JSON.stringify(value) ?? '';
    return marks.filter((mark) => text.includes(mark)).map((mark) => `${where}: ${mark}`);
  };
  const executions = await world.executions();
  const histories = await Promise.all(
    executions.map(({ executionArn }) => world.world.runner.getExecutionHistory({ executionArn })),
  );
  const tables = Object.entries(platform.tables.dump()).flatMap(([table, items]) =>
    items.map((item) => ({ table, item: readable(table, item) })),
  );
  const queues = platform.queues
    .names()
    .flatMap((name) => platform.queues.messages(name).map(({ attributes }) => ({ name, attributes })));
  return [
    ...executions.flatMap((execution) => found(`execution ${execution.name}`, execution)),
    ...histories.flatMap((history) => found('history', history)),
    ...platform.log.lines.flatMap((line) => found(`log "${line.message}"`, line)),
    ...found('metrics', platform.log.measured),
    ...tables.flatMap(({ table, item }) => found(`${table} ${item.pk} ${item.sk}`, item)),
    ...queues.flatMap(({ name, attributes }) => found(`attributes in ${name}`, attributes)),
    ...platform.notifier.sent.flatMap((sent) => found(`notification ${sent.eventType}`, sent)),
    ...world.world.troubles.flatMap((trouble) => found('trouble', String(trouble))),
  ];
}

/** What of an item can be read: a device's connection is part of its record, as Nova stores it. */
function readable(table: string, { sealed: _sealed, ...item }: Item): Item {
  const isDevice = table.startsWith(cellTable('')) && item.sk.startsWith('block-device#');
  const { connection_info: _connection, ...device } = item;
  return isDevice ? device : item;
}
