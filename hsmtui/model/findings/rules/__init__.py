"""The rules of findings: each takes a Case and gives a Verdict; no rule knows another."""
