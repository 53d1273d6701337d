import { emulatedTables, memoryTables } from '../fixtures/tables.ts';
import { placementContract } from './placement.contract.ts';

placementContract('memory', () => Promise.resolve(memoryTables()));
placementContract('DynamoDB', emulatedTables);
