from tests.journeys.metering import requests_in


def test_the_meter_knows_each_kind() -> None:
    log = "\n".join(
        f'127.0.0.1 - - [x] "{method} /devstoreaccount1/{path} HTTP/1.1" 200 -'
        for method, path in (
            ("GET", "q-1/messages?numofmessages=16"),
            ("POST", "q-1/messages?visibilitytimeout=0"),
            ("DELETE", "q-1/messages/id?popreceipt=x"),
            ("POST", "$batch"),
            ("GET", "cases()?$filter=x"),
        )
    )
    assert requests_in(log) == {"send": 1, "dequeue": 1, "delete": 1, "commit": 1, "read": 1}
