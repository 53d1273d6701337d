import { describe, expect, it } from 'vitest';
import { Names } from '../../lib/names.ts';
import { nameOf, resourcesOf, TABLE, templatesWith } from './synthesised.ts';

const { cells, cellStates } = templatesWith();

function templateOf(cell: string, templates = cells) {
  const template = templates.get(cell);
  if (template === undefined) throw new Error(`no stack for ${cell}`);
  return template;
}

describe('the stacks of a cell', () => {
  it('are made for each cell of the context, and that of the state for cell0 too', () => {
    expect([...cellStates.keys()]).toEqual(['cell0', 'cell1', 'cell2']);
    expect([...cells.keys()]).toEqual(['cell1', 'cell2']);
  });

  it('are a table and no queue for cell0', () => {
    const cell0 = templateOf('cell0', cellStates);

    cell0.resourceCountIs('AWS::SQS::Queue', 0);
    cell0.hasResourceProperties(TABLE, { TableName: 'nova-conductor-cell-cell0' });
  });

  it('never have the name of a stack of another cell', () => {
    const { all } = templatesWith({ cells: ['state', 'a', 'a-state', 'state-a', 'api', 'state-api'] });

    // The API level and its state, cell0's state, and two stacks for each of the six cells.
    expect(all.size).toBe(2 + 1 + 2 * 6);
  });

  it.each(['cell1', 'cell2'])('have the table and the conductor queue of %s, and no queue of a host', (cell) => {
    const template = templateOf(cell, cellStates);

    template.hasResourceProperties(TABLE, { TableName: `nova-conductor-cell-${cell}` });
    expect(resourcesOf(template, 'AWS::SQS::Queue').map((queue) => nameOf(queue, 'QueueName'))).toEqual([
      `nova-conductor-cell-${cell}-conductor-dlq`,
      `nova-conductor-cell-${cell}-conductor`,
    ]);
  });

  it("encrypt table and queue under the deployment's key, known by its alias", () => {
    const alias = /"alias\/nova-conductor-data|:alias\/nova-conductor-data"/u;
    const [table] = resourcesOf(templateOf('cell1', cellStates), TABLE);

    expect(JSON.stringify(table?.Properties?.['Replicas'])).toMatch(alias);
    for (const queue of resourcesOf(templateOf('cell1', cellStates), 'AWS::SQS::Queue')) {
      expect(JSON.stringify(queue.Properties?.['KmsMasterKeyId'])).toMatch(alias);
    }
  });

  it.each(['cell1', 'cell2'])(
    'gives the object function of %s its cell, and the operator the uuid to map it with',
    (cell) => {
      templateOf(cell).hasResourceProperties('AWS::Lambda::Function', {
        FunctionName: `nova-conductor-cell-${cell}-object-rpc`,
        Environment: { Variables: { CELL: cell, CELL_UUID: new Names('nova-conductor').cellUuid(cell) } },
      });
      templateOf(cell).hasOutput('CellUuid', { Value: new Names('nova-conductor').cellUuid(cell) });
    },
  );

  it('computes the uuid of a cell from the names, in version 5', () => {
    const uuid = new Names('nova-conductor').cellUuid('cell1');

    expect(uuid).toMatch(/^[\da-f]{8}-[\da-f]{4}-5[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/u);
    expect(new Names('nova-conductor').cellUuid('cell1')).toBe(uuid);
    expect(new Names('other').cellUuid('cell1')).not.toBe(uuid);
  });

  it.each(['cell0', 'cell1'])('%s finds records by host, and looks up others', (cell) => {
    const [table] = resourcesOf(templateOf(cell, cellStates), TABLE);

    expect(table?.Properties).toMatchObject({
      GlobalSecondaryIndexes: [
        { IndexName: 'by-host' },
        { IndexName: 'lookup', Projection: { ProjectionType: 'KEYS_ONLY' } },
      ],
    });
  });

  it('fails when the context names cell0 or a cell twice', () => {
    expect(() => templatesWith({ cells: ['cell0', 'cell1'] })).toThrow(/name each cell once/u);
    expect(() => templatesWith({ cells: ['cell1', 'cell1'] })).toThrow(/name each cell once/u);
    expect(() => templatesWith({ cells: [] })).toThrow(/name each cell once/u);
  });

  it('lets the object function publish changed states where the context says so, and nobody where it does not', () => {
    const publishing = templatesWith({ notifyOnStateChange: 'vm_state' }).cells.get('cell1');

    publishing?.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'nova-conductor-cell-cell1-object-rpc',
      Environment: { Variables: { NOTIFY_ON_STATE_CHANGE: 'vm_state' } },
    });
    expect(JSON.stringify(publishing?.toJSON())).toContain('events:PutEvents');
    expect(JSON.stringify(templateOf('cell1').toJSON())).not.toMatch(/events:PutEvents|NOTIFY_ON_STATE_CHANGE/u);
    expect(JSON.stringify(templatesWith({ notificationFormat: 'versioned' }).cells.get('cell1')?.toJSON())).toContain(
      'events:PutEvents',
    );
    expect(() => templatesWith({ notifyOnStateChange: 'all' })).toThrow(/vm_state, vm_and_task_state/u);
  });

  it('uses a data key of each queue for an hour', () => {
    for (const queue of resourcesOf(templateOf('cell1', cellStates), 'AWS::SQS::Queue'))
      expect(queue.Properties).toMatchObject({ KmsDataKeyReusePeriodSeconds: 3600 });
  });

  it('bounds what a backlog of object calls takes, and reserves concurrency for them where the context says so', () => {
    const reserving = templatesWith({ objectConcurrency: 80, objectReservation: 40 }).cells.get('cell1');

    templateOf('cell1').hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      ScalingConfig: { MaximumConcurrency: 200 },
    });
    expect(JSON.stringify(templateOf('cell1').toJSON())).not.toContain('ReservedConcurrentExecutions');
    reserving?.hasResourceProperties('AWS::Lambda::EventSourceMapping', { ScalingConfig: { MaximumConcurrency: 40 } });
    reserving?.hasResourceProperties('AWS::Lambda::Function', { ReservedConcurrentExecutions: 40 });
    templatesWith({ objectConcurrency: 20, objectReservation: 40 })
      .cells.get('cell1')
      ?.hasResourceProperties('AWS::Lambda::EventSourceMapping', { ScalingConfig: { MaximumConcurrency: 20 } });
  });

  it('has Lambda write no lines of its own about each start and end', () => {
    templateOf('cell1').hasResourceProperties('AWS::Lambda::Function', {
      LoggingConfig: { LogFormat: 'JSON', SystemLogLevel: 'WARN' },
    });
  });

  it('fails when a name could not stand in a queue', () => {
    expect(() => templatesWith({ cells: ['Cell One'] })).toThrow(/rename it in cdk.json/u);
    expect(() => templatesWith({ deployment: 'X' })).toThrow(/set it in cdk.json/u);
  });
});
