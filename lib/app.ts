import { App } from 'aws-cdk-lib';
import { ConfigurationInvalid } from '#configuration/read';
import { addDeployment } from './deployment.ts';

try {
  addDeployment(new App());
} catch (error) {
  if (!(error instanceof ConfigurationInvalid)) throw error;
  // What the context says is to be mended there: where in the code it was found helps nobody.
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
