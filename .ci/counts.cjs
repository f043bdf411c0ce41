/** Prints "<passed> <failed>" of a Vitest JSON report. Arguments: the report, and the exit code of the run. */

const { readFileSync } = require('node:fs');

const [file, code] = process.argv.slice(2);
const { testResults, numPassedTests, numFailedTests } = JSON.parse(readFileSync(file, 'utf8'));

// A file that could not even be loaded has no tests that could fail.
const brokenFiles = testResults.filter(
  (suite) => suite.status === 'failed' && suite.assertionResults.every((test) => test.status !== 'failed'),
);
const failed = numFailedTests + brokenFiles.length;
// Nothing ran, or something outside the tests failed (an unhandled error, a timeout).
const silent = failed === 0 && (code !== '0' || numPassedTests === 0) ? 1 : 0;
console.log(`${numPassedTests} ${failed + silent}`);
