"""Every role of a packaged template against AWS's Service Authorization Reference (policy_sentry) and parliament.

usage: roles.py TEMPLATE
Prints a JSON list of findings, each [finding, action or issue, resource or detail, a role that has it].
"""

import json
import re
import sys

import parliament
from policy_sentry.querying.actions import get_action_data

PSEUDO = {"AWS::Partition": "aws", "AWS::Region": "us-east-1", "AWS::AccountId": "123456789012"}


def plain(value):
    """A resource of a statement with its references written out."""
    if isinstance(value, dict):
        text = value.get("Fn::Sub") or "arn:aws:sqs:us-east-1:123456789012:queue"
        return re.sub(r"\$\{([^}]+)\}", lambda match: PSEUDO.get(match[1], match[1].replace(".", "")), text)
    return value


def listed(value):
    return value if isinstance(value, list) else [value]


def overlap(one, other):
    """Whether two patterns with `*` have an ARN in common."""
    if not one or not other:
        return not (one + other).strip("*")
    if one[0] == "*":
        return overlap(one[1:], other) or overlap(one, other[1:])
    if other[0] == "*":
        return overlap(one, other[1:]) or overlap(one[1:], other)
    return one[0] == other[0] and overlap(one[1:], other[1:])


def fits(resource, form):
    """Whether the resource can name one of a form such as `arn:${Partition}:s3:::${BucketName}`."""
    form = re.sub(r"\$\{[^}]+\}", "*", form)
    ours, theirs = resource.split(":", 5), form.split(":", 5)
    return len(ours) == len(theirs) and all(overlap(a, b) for a, b in zip(ours, theirs))


findings, pairs, roles = [], {}, 0
for name, resource in json.load(open(sys.argv[1]))["Resources"].items():
    if resource["Type"] != "AWS::IAM::Role":
        continue
    roles += 1
    for policy in resource["Properties"].get("Policies", []):
        document = json.loads(json.dumps(policy["PolicyDocument"]))
        for statement in document["Statement"]:
            statement["Resource"] = [plain(value) for value in listed(statement["Resource"])]
            for action in listed(statement["Action"]):
                for arn in statement["Resource"]:
                    pairs.setdefault((action, arn), name)
        analysis = parliament.analyze_policy_string(json.dumps(document), include_community_auditors=True)
        for finding in analysis.findings:
            detail = finding.detail if isinstance(finding.detail, str) else json.dumps(finding.detail, sort_keys=True)
            findings.append(["parliament", finding.issue, detail, name])
for (action, arn), name in sorted(pairs.items()):
    service, operation = action.split(":")
    data = get_action_data(service, operation)
    forms = [row["resource_arn_format"] for row in data[service]] if data else []
    if not data:
        findings.append(["unknown action", action, arn, name])
    elif arn != "*" and set(forms) == {"*"}:
        findings.append(["takes no resource", action, arn, name])
    elif not any(form == "*" or fits(arn, form) for form in forms):
        findings.append(["no such resource", action, arn, name])
print(json.dumps({"roles": roles, "pairs": len(pairs), "findings": findings}))
