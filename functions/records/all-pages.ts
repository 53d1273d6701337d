import type { Item, Query, TableName, Tables } from '#ports/tables';

/** Every item that a query finds, page after page. */
export async function allPages(tables: Pick<Tables, 'query'>, table: TableName, query: Query): Promise<Item[]> {
  const items: Item[] = [];
  for (let after: Query['after'] = undefined; ; ) {
    const page = await tables.query(table, { ...query, ...(after === undefined ? {} : { after }) });
    items.push(...page.items);
    if (page.after === undefined) return items;
    after = page.after;
  }
}
