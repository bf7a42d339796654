"""Writing contact notes: quickly, once, and never overwritten."""


def test_scratch(visit, cast):
    page = visit.sign_in(cast.ana).get(f"/cases/{cast.case.id}/notes/")
    print(len(visit.queries)); print(*[q[:110].replace(chr(10)," ") for q in visit.queries], sep=chr(10))
    after = page.submit("Save note", text="Rosa said “hello”.\n\nSecond paragraph")
    print(after.said())
    print(len(visit.queries))
    page = visit.get(f"/cases/{cast.case.id}/tasks/")
    print(len(visit.queries))
    assert 0
