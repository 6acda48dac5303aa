"""Validates a JUnit report against a schema: validate.py SCHEMA REPORT LEAST_TEST_CASES"""

import sys
import xml.etree.ElementTree

import xmlschema

schema, report, least = sys.argv[1], sys.argv[2], int(sys.argv[3])
errors = list(xmlschema.XMLSchema(schema).iter_errors(report))
for error in errors[:5]:
    print(f"{error.path}: {error.reason}")
suites = xml.etree.ElementTree.parse(report).getroot()
cases = len(list(suites.iter("testcase")))
print(f"{cases} test cases in {len(suites)} test suites, {len(errors)} errors")
sys.exit(bool(errors) or cases < least)
