"""Ends with 1 when one of the files is no bill of materials as CycloneDX 1.6 has it."""

import sys
from pathlib import Path

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

validator = JsonStrictValidator(SchemaVersion.V1_6)
problems = {path: validator.validate_str(Path(path).read_text()) for path in sys.argv[1:]}
# The first line: behind it a problem shows the whole schema.
wrong = [f"{path}: {str(problem).splitlines()[0]}" for path, problem in problems.items() if problem]
sys.exit("\n".join(wrong) or (0 if problems else "There is no bill of materials."))
