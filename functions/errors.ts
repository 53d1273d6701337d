/** Every error whose name crosses a boundary: the wire, a state machine's ErrorEquals, or a dead letter's reason. */
export * from './errors/nova-error.ts';
export * from './errors/builtins.ts';
export * from './errors/invalid.ts';
export * from './errors/migration.ts';
export * from './errors/not-found.ts';
export * from './errors/objects.ts';
export * from './errors/rpc.ts';
export * from './errors/scheduling.ts';
export * from './errors/state.ts';
export * from './errors/messages.ts';
export * from './errors/records.ts';
