from django.db import migrations

from coalition.common.operations import composite_foreign_key

LINKS = {
    "members_person": [
        ("tasks_roleassignment", "person_id"),
        ("tasks_checkinschedule", "person_id"),
        ("tasks_checkin", "person_id"),
        ("tasks_checkin", "handed_to_id"),
        ("tasks_checkin", "entered_by_id"),
        ("tasks_taskreport", "settled_by_id"),
        ("tasks_readingreport", "settled_by_id"),
        ("tasks_hurdle", "person_id"),
        ("tasks_hurdle", "answered_by_id"),
        ("tasks_ask", "person_id"),
        ("tasks_reachout", "person_id"),
        ("tasks_reachout", "settled_by_id"),
    ],
    "members_partner": [
        ("tasks_roleassignment", "partner_id"),
        ("tasks_checkinvoice", "partner_id"),
    ],
    "members_workinggroup": [("tasks_checkinschedule", "group_id")],
    "members_capacityoffer": [("tasks_ask", "offer_id")],
    "goals_goal": [
        ("tasks_checkinschedule", "goal_id"),
        ("tasks_readingreport", "goal_id"),
        ("tasks_hurdle", "goal_id"),
    ],
    "tasks_task": [("tasks_taskreport", "task_id"), ("tasks_hurdle", "task_id")],
    "tasks_role": [
        ("tasks_roleassignment", "role_id"),
        ("tasks_checkinschedule", "role_id"),
    ],
    "tasks_checkinschedule": [
        ("tasks_checkinpause", "schedule_id"),
        ("tasks_checkincycle", "schedule_id"),
    ],
    "tasks_checkincycle": [
        ("tasks_checkin", "cycle_id"),
        ("tasks_reachout", "cycle_id"),
    ],
    "tasks_checkin": [
        ("tasks_checkinvoice", "check_in_id"),
        ("tasks_taskreport", "check_in_id"),
        ("tasks_readingreport", "check_in_id"),
        ("tasks_hurdle", "check_in_id"),
        ("tasks_ask", "check_in_id"),
    ],
}


class Migration(migrations.Migration):
    dependencies = [
        ("tasks", "0007_roles_and_check_ins"),
        ("members", "0019_group_guards"),
        ("goals", "0002_guards"),
    ]

    operations = [
        composite_foreign_key(table=table, column=column, target=target)
        for target, links in LINKS.items()
        for table, column in links
    ]
