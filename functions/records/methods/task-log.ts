import { ObjectActionError, TaskAlreadyRunning, TaskNotRunning } from '#errors';
import type { AnyObject } from '#objects/versioned/any-object';
import { TaskLog, TaskLogList } from '#objects/compute/task-log';
import { canonicalTime } from '#objects/versioned/timestamp';
import { equals } from '#ports/conditions';
import { ConditionFailed, type AttributesOf, type RecordKey } from '#ports/tables';
import { allPages } from '#records/all-pages';
import { tableOf } from '#records/cell-table';
import { createRecord, persistentFields } from '#records/create-record';
import { optionalText, text } from '#records/arguments';
import { ownHost } from '#records/authority/rules';
import type { RecordMethods, Records } from '#records/method';
import { classMethod, instanceMethod } from '#records/remotable-method';
import { hostsOfCell } from '#records/hosts/services-of-kind';
import { present } from '#records/stamp';
import { loadObject, numberOf, textOf } from '#records/stored-object';
import { taskLogItem, type TaskLogItem } from '#records/items/task-log';

/** What a periodic task did on a host; the periods of one task are together. */
function taskLogKey(task: string, host: string, beginning: string, ending: string): RecordKey<TaskLogItem> {
  return { pk: `task-log#${host}#${task}`, sk: `period#${beginning}#${ending}` };
}

const timeOf = (value: unknown): string => canonicalTime(String(value)) ?? String(value);

const keyOf = (object: AnyObject): RecordKey<TaskLogItem> =>
  taskLogKey(
    textOf(object, 'task_name') ?? '',
    textOf(object, 'host') ?? '',
    timeOf(object.peek('period_beginning')),
    timeOf(object.peek('period_ending')),
  );

const named = (object: AnyObject) => ({
  task_name: textOf(object, 'task_name') ?? '',
  host: textOf(object, 'host') ?? '',
});

/** What the host says, without secrets. */
async function messageOf(object: AnyObject): Promise<string> {
  const { maskedText } = await import('#wire/masked-text');
  return maskedText(textOf(object, 'message') ?? '');
}

async function begin(records: Records, object: AnyObject): Promise<null> {
  if (object.isSet('id')) throw new ObjectActionError({ action: 'begin_task', reason: 'already created' });
  await createRecord(
    records,
    tableOf(records),
    keyOf(object),
    {
      ...named(object),
      ...persistentFields(records),
      id: await records.counter.nextId(records.tables, tableOf(records), 'task_log'),
      period_beginning: timeOf(object.peek('period_beginning')),
      period_ending: timeOf(object.peek('period_ending')),
      state: 'RUNNING',
      message: await messageOf(object),
      task_items: numberOf(object, 'task_items') ?? 0,
      errors: 0,
    },
    () => new TaskAlreadyRunning(named(object)),
  );
  object.resetChanges();
  return null;
}

async function end(records: Records, object: AnyObject): Promise<null> {
  const set: AttributesOf<TaskLogItem> = {
    state: 'DONE',
    message: await messageOf(object),
    errors: numberOf(object, 'errors') ?? 0,
    updated_at: present(records),
  };
  const writer = records.writer === undefined ? {} : { writer: records.writer };
  try {
    const running = equals<TaskLogItem>('state', 'RUNNING');
    await records.tables.update(tableOf(records), keyOf(object), { set, ...writer }, running);
  } catch (error) {
    throw error instanceof ConditionFailed ? new TaskNotRunning(named(object)) : error;
  }
  object.resetChanges();
  return null;
}

const PERIOD = { task_name: text, period_beginning: text, period_ending: text, state: optionalText };

/** The log of a task for a period, null when there is none or it is in another state. */
const get = classMethod({ schema: { ...PERIOD, host: text }, authority: ownHost('host') }, async (records, args) => {
  const { task_name, host, state } = args;
  const key = taskLogKey(task_name, host, timeOf(args.period_beginning), timeOf(args.period_ending));
  const item = await records.tables.get(tableOf(records), key);
  return item === undefined || (state !== null && taskLogItem(item).state !== state) ? null : loadObject(TaskLog, item);
});

const getAll = classMethod(
  { schema: { ...PERIOD, host: optionalText }, authority: ownHost('host') },
  async (records, args) => {
    const hosts = args.host === null ? await hostsOfCell(records) : [args.host];
    const period = taskLogKey('', '', timeOf(args.period_beginning), timeOf(args.period_ending)).sk;
    const found = await Promise.all(
      hosts.map((host) =>
        allPages(records.tables, tableOf(records), {
          partition: taskLogKey(args.task_name, host, '', '').pk,
          sortPrefix: period,
        }),
      ),
    );
    const { state } = args;
    const items = found.flat().filter((item) => state === null || taskLogItem(item).state === state);
    return TaskLogList.load({ objects: items.map((item) => loadObject(TaskLog, item)) });
  },
);

export const taskLog: RecordMethods = {
  instance: {
    begin_task: instanceMethod({ schema: {}, authority: ownHost('host') }, begin),
    end_task: instanceMethod({ schema: {}, authority: ownHost('host') }, end),
  },
  class: { get },
};

export const taskLogList: RecordMethods = { class: { get_all: getAll } };
