import { string } from '#objects/versioned/fields';
import { defineObject } from '#objects/versioned/object-type';

/** What notifications say about an error. */
export const ExceptionPayload = defineObject({
  name: 'ExceptionPayload',
  version: '1.1',
  fields: {
    module_name: string(),
    function_name: string(),
    exception: string(),
    exception_message: string(),
    traceback: string(),
  },
});
