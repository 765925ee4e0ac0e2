import{c as o,S as i,d as a,j as r,G as s,H as u,e as m}from"./graphiql-g4KFwQ0i.js";function c(n){return new Worker(""+new URL("json.worker-B3O9ZXir.js",import.meta.url).href,{type:"module",name:n?.name})}function d(n){return new Worker(""+new URL("graphql.worker-DRslRy1w.js",import.meta.url).href,{type:"module",name:n?.name})}function l(n){return new Worker(""+new URL("editor.worker-CdtUXE0K.js",import.meta.url).href,{type:"module",name:n?.name})}globalThis.MonacoEnvironment={getWorker(n,t){switch(console.info("setup-workers/vite",{label:t}),t){case"json":return new c;case"graphql":return new d}return new l}};const h=`# A city as one graph: divisions, their committees
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
`,p=`{
  // To sign in, uncomment this and put in your token:
  // "Authorization": "Bearer …"
}`,y=`{
  "district": "620102000000",
  "states": ["OPEN_FOR_CLAIM", "IN_PROGRESS"],
  "first": 5
}`,f=o({url:new URL("graphql",location.href).href,enableIncrementalDelivery:!1}),e=new i;e.get("tabState")||(e.set("query",h),e.set("variables",y));a.createRoot(document.getElementById("ide")).render(r.jsx(s,{fetcher:f,plugins:[u,m()],defaultHeaders:p,defaultEditorToolsVisibility:"headers",shouldPersistHeaders:!1,inputValueDeprecation:!0,schemaDescription:!0,children:r.jsx(s.Logo,{children:"Community committees"})}));
