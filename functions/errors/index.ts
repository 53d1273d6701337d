/** Every error whose name crosses a boundary: the wire, a state machine's ErrorEquals, or a dead letter's reason. */
export * from './nova-error.ts';
export * from './builtins.ts';
export * from './declared.ts';
export * from './invalid.ts';
export * from './not-found.ts';
export * from './objects.ts';
export * from './rpc.ts';
export * from './scheduling.ts';
export * from './services.ts';
export * from './state.ts';
export * from './messages.ts';
