import{c as i,S as r,d as a,j as s,G as o,H as d,e as u}from"./graphiql-g4KFwQ0i.js";function m(n){return new Worker(""+new URL("json.worker-B3O9ZXir.js",import.meta.url).href,{type:"module",name:n?.name})}function c(n){return new Worker(""+new URL("graphql.worker-DRslRy1w.js",import.meta.url).href,{type:"module",name:n?.name})}function h(n){return new Worker(""+new URL("editor.worker-CdtUXE0K.js",import.meta.url).href,{type:"module",name:n?.name})}globalThis.MonacoEnvironment={getWorker(n,t){switch(console.info("setup-workers/vite",{label:t}),t){case"json":return new m;case"graphql":return new c}return new h}};const l=`# A city as one graph: divisions, their committees
# (社区建设工作委员会), members, issues and resources.
#
# To run a query, press the play button and choose it, or
# put the cursor into it and press Ctrl-Enter.
# To write one, press Ctrl-Space. On the left you find the
# documentation, your history, and an explorer that
# composes a query as you tick boxes.

# 1. The figures that the city publishes, counted now.
query CityFigures {
  division(code: "620100000000") {
    name
    stats {
      communityCount
      committeeCount
      memberCount
      memberCountByCategory {
        category
        count
      }
      socialOrganizationCount
      communitiesWithTenSocialOrganizations
      shareWithTenSocialOrganizations
    }
  }
}

# 2. A community, its committee, what the members brought,
# who took it on, and with which resource.
query CommunityToResources {
  divisions(filter: { name: { eq: "杨家园社区" } }, first: 1) {
    nodes {
      name
      ancestors {
        name
      }
      committee {
        name
        memberCount
        director {
          name
        }
        members(
          filter: { submittedIssues: { some: { claims: { count: { gt: 0 } } } } }
          first: 5
        ) {
          nodes {
            name
            position
            category
            submittedIssues(filter: { claims: { count: { gt: 0 } } }, first: 3) {
              nodes {
                title
                state
                claims(first: 3) {
                  nodes {
                    promise
                    state
                    claimant {
                      __typename
                      ... on Organization {
                        name
                      }
                      ... on VolunteerTeam {
                        name
                      }
                      ... on Member {
                        name
                      }
                    }
                    resource {
                      name
                      capacityModel
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}

# 3. The issues of each district by state.
query IssuesByDistrictAndState {
  issueAggregate(groupBy: [DISTRICT, STATE]) {
    count
    groups {
      key {
        district {
          name
        }
        state
      }
      count
    }
  }
}

# 4. Overdue issues, the longest overdue first. For the
# next page, add after: "…" with the endCursor of this one.
query OverdueIssues {
  issues(
    filter: { isOverdue: { eq: true }, urgency: { neq: COMPLEX } }
    orderBy: [{ field: DUE_AT, direction: ASC }]
    first: 10
  ) {
    totalCount
    pageInfo {
      hasNextPage
      endCursor
    }
    nodes {
      number
      title
      urgency
      state
      dueAt
      division {
        name
      }
    }
  }
}

# 5. A query with values from the Variables pane below.
query IssuesOfDistrict(
  $district: String!
  $states: [IssueState!]!
  $first: Int = 5
) {
  division(code: $district) {
    name
    stats {
      openIssueCount
      overdueIssueCount
      closedIssueCount
    }
    issues(filter: { state: { in: $states } }, first: $first) {
      totalCount
      nodes {
        number
        title
        state
        slaStatus
        createdAt
      }
    }
  }
}

# 6. From a subdistrict to its committees, how their
# members came to be, and what these people do besides.
# Hours by name need a token of the community.
query SubdistrictToHours {
  division(code: "620102001000") {
    name
    offices {
      role
      name
    }
    taskForces(first: 2) {
      nodes {
        kind
        name
      }
    }
    committees(scope: SUBTREE, first: 2) {
      nodes {
        name
        state
        vacantSeatCount
        compliance {
          isCompliant
        }
        leader {
          name
        }
        subCommittees(first: 2) {
          nodes {
            kind
          }
        }
        candidacies(filter: { state: { eq: APPOINTED } }, first: 3) {
          nodes {
            channel
            member {
              seatNumber
              position
              termEnd
            }
            person {
              name
              registrations(first: 2) {
                nodes {
                  kind
                  state
                  hours(first: 3) {
                    totalCount
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}

# 7. Who answers for compounds, when they were there, and
# which issues they brought along.
query SitesToIssues {
  sites(filter: { kind: { eq: COMPOUND } }, first: 3) {
    nodes {
      name
      code
      sponsorships(filter: { state: { eq: ACTIVE } }, first: 2) {
        nodes {
          kind
          lastVisitedOn
          isVisitDue
          sponsor {
            __typename
            ... on Organization {
              name
            }
          }
        }
      }
      visits(first: 2) {
        nodes {
          visitedOn
          form
          issues(first: 2) {
            totalCount
          }
        }
      }
    }
  }
  division(code: "620100000000") {
    stats {
      coverage {
        targetKind
        total
        sponsoredShare
      }
    }
  }
}

# 8. Veterans' teams, what they were called out to, and how
# many hours people served, by duty.
query TeamsAndHours {
  volunteerTeams(filter: { kind: { eq: VETERAN } }, first: 3) {
    nodes {
      name
      state
      captainPerson {
        name
      }
      instructor {
        name
      }
      veteranCount
      volunteerCount
      deployments(first: 2) {
        nodes {
          state
          headcount
          calledAt
        }
      }
    }
  }
  hourAggregate(filter: { state: { eq: CONFIRMED } }, groupBy: [DUTY]) {
    groups {
      key {
        duty
      }
      sum {
        hours
      }
    }
  }
}

# 9. What neighbours share: the bays and rooms that can be
# booked, and which places are free on which day.
query SharedPlaces {
  resources(
    filter: { bookingTerms: { purpose: { in: [PARKING, SESSION] } } }
    first: 2
  ) {
    nodes {
      name
      division {
        name
      }
      bookingTerms {
        purpose
        allotment
        termDays
      }
      windows(first: 2) {
        nodes {
          weekday
          startsMinute
          endsMinute
          openings {
            day
            capacity
            free
          }
        }
      }
    }
  }
}

# 10. What neighbours say: sessions of the forum, what was
# said there, and what came of it.
query ForumToIssues {
  division(code: "620102001005") {
    name
    forumSessions(first: 2) {
      nodes {
        title
        state
        heldAt
        participantCount
        statements(first: 5) {
          nodes {
            speakerName
            text
            outcome
            answer
            issue {
              number
              title
              state
            }
          }
        }
      }
    }
  }
}

# 11. What lies within a walk: homes without a basic service,
# and the service points nearest to a place.
query FifteenMinuteCircle {
  division(code: "620102001005") {
    name
    serviceCircle {
      kind
      siteCount
      servedSiteCount
      nearestMeters
      isGap
    }
  }
  servicePoints(
    near: {
      latitude: "36.055"
      longitude: "103.845"
      withinMeters: 800
    }
    first: 5
  ) {
    nodes {
      name
      kind
      distanceMeters
    }
  }
}

# 12. One incident and what belongs to it and its parts: the
# steps that it went through, who came, and which visits
# members of committees made. It is over by now.
query IncidentToVisits {
  incident(number: "TF-620100000000-2021-000001") {
    title
    grade
    state
    detectedAt
    calledAt
    gradedAt
    firstOnSiteAt
    children {
      totalCount
    }
    deployments(first: 3) {
      totalCount
      nodes {
        headcount
        party {
          __typename
        }
      }
    }
    visits(first: 3) {
      totalCount
      nodes {
        visitedOn
        form
      }
    }
  }
}

# 13. What only some may see: with the token of RESIDENT, who
# is monitored at home, this shows what was measured and what
# neighbours were asked for. Nobody else gets a case here, and
# staff open one on the record (revealMonitoring).
query MyMonitoring {
  viewer {
    name
    monitoringCases(first: 1) {
      nodes {
        state
        startsOn
        endsOn
        readingsDue
        readings(first: 6) {
          nodes {
            at
            temperature
            hasSymptoms
          }
        }
        aidTasks(first: 3) {
          nodes {
            kind
            text
            wantedBy
            state
          }
        }
      }
    }
  }
}

# 14. Supplies of a community: what runs low, and the moves
# that the quantity is the sum of.
query SuppliesToMoves {
  division(code: "620102001005") {
    name
    stocks(filter: { isLow: { eq: true } }, first: 2) {
      nodes {
        item
        name
        quantity
        unit
        reorderAt
        moves(first: 5) {
          nodes {
            number
            kind
            quantity
            at
          }
        }
      }
    }
  }
}

# 15. The published ranking of committees, and what it would
# be if contentment alone counted: nothing of that is kept.
query RankingWithOtherWeights {
  division(code: "620100000000") {
    assessmentPeriods(filter: { state: { eq: PUBLISHED } }, first: 1) {
      nodes {
        startsOn
        endsOn
        ranking(first: 3) {
          rank
          committeeName
          total
          parts {
            indicator
            points
            weight
          }
        }
        byContentment: ranking(weights: { satisfaction: 100 }, first: 3) {
          rank
          committeeName
          total
        }
      }
    }
  }
}

# 16. Apply for a service of the catalogue: with the token of
# RESIDENT. The answer shows the service as it is promised.
mutation TryToApply {
  submitApplication(input: { itemCode: "YL-001", dryRun: true }) {
    application {
      item {
        name
        department
        promisedDays
        fee
        materials {
          nodes {
            code
            name
            isRequired
          }
        }
      }
      state
      dueAt
      availableTransitions {
        mutation
        isAllowed
      }
    }
    userErrors {
      code
      field
      message
    }
  }
}

# 17. Passes for gates: with the token of RESIDENT, one's own.
# Of a gate everybody reads how many went through it a day;
# nothing leads from there to a person.
query PassesToGates {
  viewer {
    passes(first: 1) {
      nodes {
        validUntil
        state
        site {
          name
          accessPoints(first: 1) {
            nodes {
              name
              needsPass
              days(first: 4) {
                nodes {
                  day
                  direction
                  passed
                  refused
                }
              }
            }
          }
        }
      }
    }
  }
}

# 18. A change, tried out: dryRun checks everything and keeps
# nothing. Put the token of STAFF, which the server prints at
# its start, into the Headers pane.
mutation TryToFormTeam {
  formTeam(
    input: {
      divisionCode: "620102001005"
      name: "楼院夜间巡逻队"
      kind: GENERAL
      dryRun: true
    }
  ) {
    volunteerTeam {
      name
      state
      availableTransitions {
        mutation
        isAllowed
      }
    }
    event {
      action
      actorName
    }
    userErrors {
      code
      field
      message
    }
  }
}
`,f=`{
  // To sign in, uncomment this and put in your token:
  // "Authorization": "Bearer …"
}`,p=`{
  "district": "620102000000",
  "states": ["OPEN_FOR_CLAIM", "IN_PROGRESS"],
  "first": 5
}`,y=i({url:new URL("graphql",location.href).href,enableIncrementalDelivery:!1}),e=new r;e.get("tabState")||(e.set("query",l),e.set("variables",p));a.createRoot(document.getElementById("ide")).render(s.jsx(o,{fetcher:y,plugins:[d,u()],defaultHeaders:f,defaultEditorToolsVisibility:"headers",shouldPersistHeaders:!1,inputValueDeprecation:!0,schemaDescription:!0,children:s.jsx(o.Logo,{children:"Community committees"})}));
